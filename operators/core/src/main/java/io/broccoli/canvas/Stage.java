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
 * A canvas as an operator of a stream, for {@code flux.transform(stage)}. Immutable except for its counters; it can be
 * used any number of times.
 *
 * <p>Nothing happens before the subscription. Demand on the source never exceeds the room of the nodes, nor the window
 * W. Results are emitted on the cluster's threads; put work that takes long behind a {@code publishOn}. A failed
 * element ends the stream with its {@link io.broccoli.task.TaskException} and cancels the source, unless
 * {@link #skipFailures} or {@link #outcomes} is used. A {@code Flux} has no null, so null results are dropped and
 * counted. Cancelling removes the stream's queued tasks from the nodes and stops those that run; results that were not
 * emitted yet go to the discard hook of the subscriber.
 *
 * <p>If an operator behind the stage throws an error that Reactor does not catch, such as a {@link StackOverflowError},
 * the stage ends with it at once. This cannot be detected on the threads of another scheduler, for example behind a
 * {@code publishOn}.
 *
 * @param <I> the type of the elements
 * @param <R> the type of the results
 */
public final class Stage<I, R> implements Function<Flux<? extends I>, Flux<R>> {

    private final String name;
    private final Shape<I, R> shape;
    private final @Nullable Consumer<? super TaskOutcome.Failure<R>> onSkip;
    private final LongAdder nulls = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    /** How a stage turns elements into outcomes. */
    @FunctionalInterface
    interface Shape<I, R> {

        /**
         * The outcomes of the source's elements.
         *
         * @param more counts the elements of a failed outcome beyond the first
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
     * The same stage with one outcome for each element, or for each value of an element that gives several: successes,
     * including null, and failures. A failure is the last outcome of its element. The stream errors only with the error
     * of its source.
     */
    public Function<Flux<? extends I>, Flux<TaskOutcome<R>>> outcomes() {
        return source -> shape.outcomes(source, new LongAdder()).name(name);
    }

    /**
     * The same stage, with counters of its own, that continues after failures.
     *
     * @param observer receives each failure on the cluster's threads; it must not block, and an exception from it ends
     *     the stream. {@link DeadLetters} is an observer that queues them
     */
    public Stage<I, R> skipFailures(Consumer<? super TaskOutcome.Failure<R>> observer) {
        return new Stage<>(name, shape, observer);
    }

    /** Flattens a stage of lists, such as {@code chunks}, to single results. Requests one list at a time. */
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

    /** The number of null results that were dropped, over all subscriptions. */
    public long nullResults() {
        return nulls.sum();
    }

    /**
     * The number of elements that were skipped because they failed, over all subscriptions. A failed chunk counts all
     * its elements.
     */
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
