package io.broccoli.canvas;

import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * Elements that failed for good, as a stream of their own: of each its task, arguments, node, attempt and cause. For
 * {@link Stage#skipFailures}, of one stage or of several.
 *
 * <p>Nothing is lost in silence: when as many wait as this holds, or their subscriber left, the next failure ends its stage, as it
 * would without this. Failures may come on any thread; subscribers get them on that thread, so they must not block it.
 */
public final class DeadLetters implements Consumer<TaskOutcome.Failure<?>> {

    private final int capacity;
    private final Sinks.Many<TaskOutcome.Failure<?>> sink;

    private DeadLetters(int capacity) {
        this.capacity = capacity;
        this.sink = Sinks.many()
                .unicast()
                .onBackpressureBuffer(
                        Queues.<TaskOutcome.Failure<?>>get(capacity).get());
    }

    /**
     * @param capacity most that wait for their subscriber, rounded up to a power of two; 8 or more
     */
    public static DeadLetters bounded(int capacity) {
        if (capacity < 8) {
            throw new IllegalArgumentException("at least 8 dead letters are held, not " + capacity);
        }
        return new DeadLetters(capacity);
    }

    /** The failures, for one subscriber; those from before it came wait for it. Ends with {@link #close}. */
    public Flux<TaskOutcome.Failure<?>> flux() {
        return sink.asFlux();
    }

    /**
     * A failure is kept.
     *
     * @throws TaskException the failure itself, if nobody takes those that wait
     */
    @Override
    public void accept(TaskOutcome.Failure<?> failure) {
        Sinks.EmitResult result;
        synchronized (this) { // stages of several clusters may fail at the same time
            result = sink.tryEmitNext(failure);
        }
        if (result.isFailure()) {
            TaskException refused = failure.toException();
            refused.addSuppressed(new IllegalStateException(
                    "It could not be kept as a dead letter, of which at most " + capacity + " wait: " + result));
            throw refused;
        }
    }

    /** No more will come: the stream of failures completes when all that wait are taken. */
    public synchronized void close() {
        sink.tryEmitComplete();
    }
}
