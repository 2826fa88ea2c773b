package io.broccoli.canvas;

import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * A bounded queue of the elements that failed finally, as a stream of failures with task, arguments, node, attempt and
 * cause. Pass it to {@link Stage#skipFailures} of one or several stages.
 *
 * <p>No failure is dropped silently. If the queue is full, or its subscriber has left, the next failure ends its stage
 * with a {@code TaskException}. Failures may arrive on any thread, and are emitted on that thread; the subscriber must
 * not block it.
 */
public final class DeadLetters implements Consumer<TaskOutcome.Failure<?>> {

    private final int capacity;
    private final Sinks.Many<TaskOutcome.Failure<?>> sink;
    private boolean broken; // guarded by this

    private DeadLetters(int capacity) {
        this.capacity = capacity;
        this.sink = Sinks.many()
                .unicast()
                .onBackpressureBuffer(
                        Queues.<TaskOutcome.Failure<?>>get(capacity).get());
    }

    /**
     * A queue of this capacity.
     *
     * @param capacity most failures that wait for the subscriber, rounded up to a power of two; at least 8
     * @throws IllegalArgumentException if the capacity is below 8
     */
    public static DeadLetters bounded(int capacity) {
        if (capacity < 8) {
            throw new IllegalArgumentException("at least 8 dead letters are held, not " + capacity);
        }
        return new DeadLetters(capacity);
    }

    /**
     * The failures, for a single subscriber, including those from before the subscription. Completes after
     * {@link #close}.
     */
    public Flux<TaskOutcome.Failure<?>> flux() {
        return sink.asFlux();
    }

    /**
     * Adds a failure.
     *
     * @throws TaskException the failure itself, if the queue is full or its subscriber has left
     */
    @Override
    public void accept(TaskOutcome.Failure<?> failure) {
        Sinks.EmitResult result;
        synchronized (this) { // stages of several clusters may fail at the same time
            result = broken ? Sinks.EmitResult.FAIL_CANCELLED : emit(failure);
        }
        if (result.isFailure()) {
            TaskException refused = failure.toException();
            refused.addSuppressed(new IllegalStateException(
                    "It could not be kept as a dead letter, of which at most " + capacity + " wait: " + result));
            throw refused;
        }
    }

    /** A subscriber that throws through the sink takes no more: what is kept for it would be lost in silence. */
    private Sinks.EmitResult emit(TaskOutcome.Failure<?> failure) {
        try {
            return sink.tryEmitNext(failure);
        } catch (Throwable thrown) {
            broken = true;
            throw thrown;
        }
    }

    /** Closes the queue. {@link #flux} completes when all waiting failures are emitted. */
    public synchronized void close() {
        sink.tryEmitComplete();
    }
}
