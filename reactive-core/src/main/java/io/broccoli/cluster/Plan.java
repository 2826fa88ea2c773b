package io.broccoli.cluster;

import java.lang.reflect.Type;

/**
 * What happens for each element of a stream: which work is sent, and what the result is. One plan serves all elements
 * of a stream; keep the state of an element in the {@link Run.Then}s that the plan passes on. Its methods are called on
 * the member's serial executor. They must not block, and need no locks.
 *
 * @param <I> the type of the elements
 * @param <R> the type of their results
 */
public interface Plan<I, R> {

    /**
     * Starts an element: submits work, or ends the run. An exception ends the element with
     * {@link io.broccoli.task.FailureKind#BAD_ARGUMENTS}.
     */
    void begin(I element, Run run);

    /** The type to which the final value is converted. */
    Type resultType();
}
