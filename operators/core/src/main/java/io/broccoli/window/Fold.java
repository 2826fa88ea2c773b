package io.broccoli.window;

import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
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

    /** A fold of four functions. */
    static <V extends @Nullable Object, A extends @Nullable Object, R extends @Nullable Object> Fold<V, A, R> of(
            Supplier<? extends A> init,
            BiFunction<? super A, ? super V, ? extends A> add,
            BinaryOperator<A> merge,
            Function<? super A, ? extends R> finish) {
        return new Fold<>() {
            @Override
            public A init() {
                return init.get();
            }

            @Override
            public A add(A accumulator, V value) {
                return add.apply(accumulator, value);
            }

            @Override
            public A merge(A first, A second) {
                return merge.apply(first, second);
            }

            @Override
            public R finish(A accumulator) {
                return finish.apply(accumulator);
            }
        };
    }

    /** The number of samples. */
    static <V extends @Nullable Object> Fold<V, long[], Long> count() {
        return of(
                () -> new long[1],
                (count, value) -> {
                    count[0]++;
                    return count;
                },
                (first, second) -> {
                    first[0] += second[0];
                    return first;
                },
                count -> count[0]);
    }

    /** The mean of a number of each sample. The mean of a mean is wrong, so sums and counts are merged. */
    static <V extends @Nullable Object> Fold<V, double[], Double> mean(ToDoubleFunction<? super V> number) {
        return of(
                () -> new double[2],
                (sum, value) -> {
                    sum[0] += number.applyAsDouble(value);
                    sum[1]++;
                    return sum;
                },
                (first, second) -> {
                    first[0] += second[0];
                    first[1] += second[1];
                    return first;
                },
                sum -> sum[0] / sum[1]);
    }
}
