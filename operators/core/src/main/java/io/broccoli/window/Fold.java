package io.broccoli.window;

import org.jspecify.annotations.Nullable;

/**
 * Folds the samples of a window into one result, one after the other, so that the samples need not be kept. The
 * functions must be pure but for their first argument, and fast; they must not block.
 *
 * <p>Samples are added in the order of arrival within a pane. Sliding windows share panes, and sessions that merge were
 * folded apart: there, partial results are merged in the order of time, so the fold must not depend on the order of
 * arrival.
 *
 * @param <V> the type of the samples' values
 * @param <A> the type of accumulators
 * @param <R> the type of results
 */
public interface Fold<V extends @Nullable Object, A extends @Nullable Object, R extends @Nullable Object> {

    /** A new accumulator: that of no sample. Each call gives one of its own, if accumulators can change. */
    A init();

    /** Adds a value. May change the accumulator and return it. */
    A add(A accumulator, V value);

    /** Merges two accumulators. May change the first and return it; must not change the second. */
    A merge(A first, A second);

    /** The result of an accumulator. Must not change the accumulator: the window may fire again. */
    R finish(A accumulator);
}
