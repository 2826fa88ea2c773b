package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A part of a canvas, read once and run for any number of elements: immutable, without anything of one element. Runs on the
 * member's executor.
 */
interface Step {

    /**
     * Begins for one element.
     *
     * @param flow what flows in: put before the bound arguments, or ignored
     * @param then hears the outcome once, perhaps before this returns
     */
    void start(Run run, List<? extends @Nullable Object> flow, Run.Then then);

    /** Begins for one element, of which each value that its last call gives is an outcome; as {@link #start} where there is no such call. */
    default void stream(Run run, List<? extends @Nullable Object> flow, Run.Then then) {
        start(run, flow, then);
    }

    /** The least that the result takes, in bytes. */
    default long smallestResult() {
        return Gathering.SMALLEST_RESULT;
    }

    /**
     * Finds the calls in here that get lists of results from other parts in here.
     *
     * @param found takes each
     */
    default void gatherings(Consumer<Gathering> found) {}

    /**
     * Finds the calls in here that get what flows in.
     *
     * @param bytes the least that what flows in takes
     */
    default void takers(long bytes, Consumer<Gathering> found) {}

    /** The first argument of the first call, by which a canvas that runs once is routed; null if there is none. */
    @Nullable Object firstArgument();
}
