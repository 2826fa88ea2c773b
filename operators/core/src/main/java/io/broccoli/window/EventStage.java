package io.broccoli.window;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
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

    final EventTime.Settings settings;
    final long span; // of what a result is about, in milliseconds
    final boolean byNode; // sources are nodes of feeds
    final boolean marksTellTime; // and times are those of samples
    final Supplier<Machine<T, O>> machines;
    final StageCounters counters = new StageCounters();
    final LateFlux<T> late = new LateFlux<>();

    EventStage(EventTime<T, ?> read, Duration span, Supplier<Machine<T, O>> machines) {
        this.settings = read.settings;
        this.byNode = read.isByNode();
        this.marksTellTime = read.isByTimeOfNode();
        this.span = span.toMillis();
        this.machines = machines;
    }

    @Override
    public Flux<O> apply(Flux<? extends T> source) {
        return FluxEventTime.of(source, machines, settings, counters, late, marksTellTime);
    }

    /**
     * The late elements of all subscriptions of this stage. It has one subscriber at a time; a second one fails with an
     * {@code IllegalStateException}. If up to {@value LateFlux#MOST_WAITING} wait for its demand, the stage stops asking
     * upstream: subscribe and request, or do not subscribe. While nobody is subscribed, late elements go to the discard
     * hook and are counted ({@link EventTimeStats#unheard}). It completes when the last subscription of the stage ends.
     */
    public Flux<LateSample<T>> late() {
        return late;
    }

    /** Counters and gauges over all subscriptions. */
    public EventTimeStats stats() {
        return counters.stats();
    }
}
