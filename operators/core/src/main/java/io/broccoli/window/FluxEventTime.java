package io.broccoli.window;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The operator around a {@link Machine}. Each subscription is an {@link EventSubscriber} of its own. */
final class FluxEventTime<T, O> extends Flux<O> implements Scannable {

    private final Flux<? extends T> source;
    private final Supplier<Machine<T, O>> machines;
    private final EventTime.Settings settings;
    private final StageCounters counters;
    private final LateFlux<T> late;
    private final boolean marksTellTime;

    private FluxEventTime(
            Flux<? extends T> source,
            Supplier<Machine<T, O>> machines,
            EventTime.Settings settings,
            StageCounters counters,
            LateFlux<T> late,
            boolean marksTellTime) {
        this.source = source;
        this.machines = machines;
        this.settings = settings;
        this.counters = counters;
        this.late = late;
        this.marksTellTime = marksTellTime;
    }

    static <T, O> Flux<O> of(
            Flux<? extends T> source,
            Supplier<Machine<T, O>> machines,
            EventTime.Settings settings,
            StageCounters counters,
            LateFlux<T> late,
            boolean marksTellTime) {
        return onAssembly(new FluxEventTime<>(source, machines, settings, counters, late, marksTellTime));
    }

    @Override
    public void subscribe(CoreSubscriber<? super O> actual) {
        EventSubscriber<T, O> subscriber;
        try {
            subscriber = new EventSubscriber<>(
                    actual,
                    machines.get(),
                    settings,
                    counters,
                    late,
                    new FluxDemand(settings.mostSamples()),
                    marksTellTime);
        } catch (Throwable refused) {
            Operators.error(actual, refused);
            return;
        }
        source.subscribe(subscriber);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return source;
        }
        if (key == Attr.PREFETCH) {
            return FluxDemand.AHEAD;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.SYNC : null;
    }
}
