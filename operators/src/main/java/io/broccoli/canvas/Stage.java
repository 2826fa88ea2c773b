package io.broccoli.canvas;

import io.broccoli.task.TaskOutcome;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * A canvas as a part of a stream, for {@code flux.transform(stage)}. Immutable but for its counters; it can be used any number of
 * times.
 *
 * <p>Nothing happens before the subscription. The source is asked for no more than nodes have room for, and for no more than the
 * window W of elements at a time. Results come on the cluster's threads: what takes its time belongs behind a
 * {@code publishOn}. A failed element ends the stream with its {@link io.broccoli.task.TaskException} and cancels the source, but
 * see {@link #skipFailures} and {@link #outcomes}. Results that are null are left out and counted, since a {@code Flux} has no
 * null. Cancelling voids what is queued on nodes.
 *
 * @param <I> elements that it takes
 * @param <R> results
 */
public final class Stage<I, R> implements Function<Flux<? extends I>, Flux<R>> {

    private final String name;
    private final Shape<I, R> shape;
    private final @Nullable Consumer<? super TaskOutcome.Failure<R>> onSkip;
    private final LongAdder nulls = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    /** How a stage makes outcomes of elements. */
    @FunctionalInterface
    interface Shape<I, R> {

        /**
         * The outcomes of the source's elements.
         *
         * @param more counts the elements of an outcome that failed, beyond the first
         */
        Flux<TaskOutcome<R>> outcomes(Flux<? extends I> source, LongAdder more);
    }

    Stage(String name, Shape<I, R> shape) {
        this(name, shape, null);
    }

    private Stage(String name, Shape<I, R> shape, @Nullable Consumer<? super TaskOutcome.Failure<R>> onSkip) {
        this.name = name;
        this.shape = shape;
        this.onSkip = onSkip;
    }

    @Override
    public Flux<R> apply(Flux<? extends I> source) {
        return shape.outcomes(source, skipped).<R>handle(this::deliver).name(name);
    }

    /**
     * The same stage with an outcome for each element, or for each value of one that gives several: successes, also of null, and
     * failures, each of which is the last of its element. The stream fails only where its source does.
     */
    public Function<Flux<? extends I>, Flux<TaskOutcome<R>>> outcomes() {
        return source -> shape.outcomes(source, new LongAdder()).name(name);
    }

    /**
     * The same stage, with counters of its own, that goes on after failures.
     *
     * @param observer hears each failure on the cluster's threads, so it must not block; what it throws ends the stream.
     *     {@link DeadLetters} make a stream of them
     */
    public Stage<I, R> skipFailures(Consumer<? super TaskOutcome.Failure<R>> observer) {
        return new Stage<>(name, shape, observer);
    }

    /** Lists of results, as chunks give them, as one stream of results; one list at a time is asked for. */
    public static <I, R> Function<Flux<? extends I>, Flux<R>> flat(Stage<I, List<R>> lists) {
        return source -> lists.apply(source).concatMapIterable(lists::withoutNulls, 1);
    }

    private <T> List<T> withoutNulls(List<T> list) {
        int all = list.size();
        List<T> some = list.stream().noneMatch(Objects::isNull)
                ? list
                : list.stream().filter(Objects::nonNull).toList();
        nulls.add(all - some.size());
        return some;
    }

    /** Results that were left out because they were null, over all subscriptions. */
    public long nullResults() {
        return nulls.sum();
    }

    /** Elements that were skipped because they failed, over all subscriptions; of a chunk that failed, all its elements. */
    public long skipped() {
        return onSkip == null ? 0 : skipped.sum();
    }

    private void deliver(TaskOutcome<R> outcome, SynchronousSink<R> sink) {
        if (outcome instanceof TaskOutcome.Success<R> success) {
            if (success.value() != null) {
                sink.next(success.value());
            } else {
                nulls.increment();
            }
        } else if (outcome instanceof TaskOutcome.Failure<R> failure) {
            if (onSkip == null) {
                sink.error(failure.toException());
            } else {
                skipped.increment();
                onSkip.accept(failure);
            }
        }
    }

    @Override
    public String toString() {
        return "Stage[" + name + "]";
    }
}
