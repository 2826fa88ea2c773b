package io.broccoli.window;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Windows or ticks as an operator of a stream, for {@code flux.transform(stage)}. Immutable except for its counters; it
 * can be used any number of times.
 *
 * <p>Nothing happens before the subscription. Results are emitted on the threads that deliver elements or time, and only
 * as they are requested; without demand the stage holds what it has, and stops asking upstream. It asks for at most 256
 * elements in advance, and never for more than its bound has room for. Elements that are held when the stream fails or is
 * cancelled go to the discard hook. The end of the source fires all open windows.
 *
 * @param <T> the type of the elements
 * @param <O> the type of the results
 */
public final class EventStage<T, O> implements Function<Flux<? extends T>, Flux<O>> {

    final Operation<T, O> operation;
    final boolean byNode; // sources are nodes of feeds

    private final @Nullable IntFunction<Machine<T, WindowPart<T>>> pieces; // by their size

    EventStage(EventTime<T, ?> read, Duration span, Supplier<Machine<T, O>> machines) {
        this(read, span, machines, null);
    }

    EventStage(
            EventTime<T, ?> read,
            Duration span,
            Supplier<Machine<T, O>> machines,
            @Nullable IntFunction<Machine<T, WindowPart<T>>> pieces) {
        this.operation = new Operation<>(read.settings, span.toMillis(), machines);
        this.byNode = read.isByNode();
        this.pieces = pieces;
    }

    @Override
    public Flux<O> apply(Flux<? extends T> source) {
        return FluxEventTime.of(source, operation);
    }

    /**
     * The same windows, cut into pieces while they are open; for operators that fold the pieces elsewhere. When a pane of a
     * key has {@code size} elements, they are emitted as a {@link WindowPart.Piece}, which is kept in their place and counts
     * as one of those that are held. A pane is what windows of a key share: a window, a session, or for sliding windows the
     * greatest common divisor of size and slide. Late elements and counters are those of this stage.
     *
     * @param size at least 1
     * @return empty if this stage does not give windows as lists of elements
     */
    public Optional<Function<Flux<? extends T>, Flux<WindowPart<T>>>> inPieces(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a piece has at least one element, not " + size);
        }
        IntFunction<Machine<T, WindowPart<T>>> of = pieces;
        if (of == null) {
            return Optional.empty();
        }
        Operation<T, WindowPart<T>> cut = new Operation<>(
                operation.settings(), operation.span(), () -> of.apply(size), operation.counters(), operation.late());
        return Optional.of(source -> FluxEventTime.of(source, cut));
    }

    /**
     * The late elements of all subscriptions of this stage. It has one subscriber at a time; a second one fails with an
     * {@code IllegalStateException}. If up to {@value LateFlux#MOST_WAITING} wait for its demand, the stage stops asking
     * upstream: subscribe and request, or do not subscribe. While nobody is subscribed, late elements go to the discard
     * hook and are counted ({@link EventTimeStats#unheard}). It completes when the last subscription of the stage ends.
     */
    public Flux<LateSample<T>> late() {
        return operation.late();
    }

    /** Counters and gauges over all subscriptions. */
    public EventTimeStats stats() {
        return operation.counters().stats();
    }
}
