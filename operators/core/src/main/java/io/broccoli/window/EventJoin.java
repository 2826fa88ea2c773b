package io.broccoli.window;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * A join of two streams. Immutable except for its counters; it can be used any number of times. See {@link EventStage}
 * for threads, demand and discarded elements. Both streams are asked for up to 32 elements in advance. Two feeds of a
 * cluster, whose nodes event time steers, are joined by {@link EventFeed#through(EventJoin, EventFeed)}.
 *
 * @param <A> the type of the elements of side a
 * @param <B> the type of the elements of side b
 * @param <O> the type of the results
 */
public final class EventJoin<A, B, O> implements BiFunction<Flux<? extends A>, Flux<? extends B>, Flux<O>> {

    private static final int AHEAD = 32;

    /** Of a join that waits for no time: what is said of a multiple of its span must have a sense. */
    private static final long SHORTEST_SPAN = 1_000;

    final Operation<Object, O> operation;
    final boolean byNode; // sources of both sides are nodes of feeds

    private EventJoin(Operation<Object, O> operation, boolean byNode) {
        this.operation = operation;
        this.byNode = byNode;
    }

    /** @param wait how long a sample waits for a partner */
    static <A, B, O> EventJoin<A, B, O> of(
            EventTime<A, ?> a, EventTime<B, ?> b, Duration wait, Supplier<Machine<Object, O>> machines) {
        Set<Object> known = new HashSet<>();
        a.settings.known().forEach(source -> known.add(new JoinMachine.SideSource(true, source)));
        b.settings.known().forEach(source -> known.add(new JoinMachine.SideSource(false, source)));
        long span = Math.max(SHORTEST_SPAN, wait.toMillis());
        return new EventJoin<>(
                new Operation<>(a.settings.withKnown(known), span, machines), a.isByNode() && b.isByNode());
    }

    /** The pairs of two streams. Completes when both have. */
    @Override
    public Flux<O> apply(Flux<? extends A> a, Flux<? extends B> b) {
        Flux<Object> both = Flux.merge(
                AHEAD,
                a.<Object>map(element -> new JoinMachine.Side(true, element)),
                b.<Object>map(element -> new JoinMachine.Side(false, element)));
        return FluxEventTime.of(both, operation);
    }

    /** The late elements of side a and of side b. See {@link EventStage#late()}. */
    public Flux<LateSample<Object>> late() {
        return operation.late().map(it -> new LateSample<>(JoinMachine.bare(it.element()), it.watermark()));
    }

    /** Counters and gauges over all subscriptions. */
    public EventTimeStats stats() {
        return operation.counters().stats();
    }
}
