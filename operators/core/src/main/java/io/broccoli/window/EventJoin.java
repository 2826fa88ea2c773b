package io.broccoli.window;

import java.util.function.BiFunction;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * A join of two streams. Immutable except for its counters; it can be used any number of times. See {@link EventStage}
 * for threads, demand and discarded elements. Both streams are asked for up to 32 elements in advance.
 *
 * @param <A> the type of the elements of side a
 * @param <B> the type of the elements of side b
 * @param <O> the type of the results
 */
public final class EventJoin<A, B, O> implements BiFunction<Flux<? extends A>, Flux<? extends B>, Flux<O>> {

    private static final int AHEAD = 32;

    private final EventTime.Settings settings;
    private final Supplier<Machine<Object, O>> machines;
    private final StageCounters counters = new StageCounters();
    private final LateFlux<Object> late = new LateFlux<>();

    EventJoin(EventTime.Settings settings, Supplier<Machine<Object, O>> machines) {
        this.settings = settings;
        this.machines = machines;
    }

    /** The pairs of two streams. Completes when both have. */
    @Override
    public Flux<O> apply(Flux<? extends A> a, Flux<? extends B> b) {
        Flux<Object> both = Flux.merge(
                AHEAD,
                a.<Object>map(element -> new JoinMachine.Side(true, element)),
                b.<Object>map(element -> new JoinMachine.Side(false, element)));
        return FluxEventTime.of(both, machines, settings, counters, late, false);
    }

    /** The late elements of side a and of side b. See {@link EventStage#late()}. */
    public Flux<LateSample<Object>> late() {
        return late.map(it ->
                it.element() instanceof JoinMachine.Side side ? new LateSample<>(side.element(), it.watermark()) : it);
    }

    /** Counters and gauges over all subscriptions. */
    public EventTimeStats stats() {
        return counters.stats();
    }
}
