package io.broccoli.internal.view;

import org.jspecify.annotations.Nullable;

/** The functions of a node, as they are at a moment. */
public interface ViewFunctions {

    /**
     * Refuses a call before it is made.
     *
     * @throws Fault if there is no such function, or it does not take so many arguments
     */
    void check(String function, int arguments) throws Fault;

    /**
     * Calls a function with plain values.
     *
     * @return a plain value
     * @throws Fault if there is no such function, or it failed
     */
    @Nullable Object call(String function, @Nullable Object... arguments) throws Fault;
}
