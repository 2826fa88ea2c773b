package io.broccoli.window;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The operator around a {@link Machine}. Each subscription is an {@link EventSubscriber} of its own. */
final class FluxEventTime<T, O> extends Flux<O> implements Scannable {

    private final Flux<? extends T> source;
    private final Operation<T, O> operation;

    private FluxEventTime(Flux<? extends T> source, Operation<T, O> operation) {
        this.source = source;
        this.operation = operation;
    }

    static <T, O> Flux<O> of(Flux<? extends T> source, Operation<T, O> operation) {
        return onAssembly(new FluxEventTime<>(source, operation));
    }

    @Override
    public void subscribe(CoreSubscriber<? super O> actual) {
        EventSubscriber<T, O> subscriber;
        try {
            subscriber = new EventSubscriber<>(
                    actual,
                    operation.machines().get(),
                    operation.settings(),
                    operation.counters(),
                    operation.late(),
                    new FluxDemand(operation.settings().mostSamples()));
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
