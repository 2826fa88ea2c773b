package io.broccoli.internal.boundary;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The last operator of what a member publishes, before a user's. What the user's operators throw goes no further: it ends their
 * own subscription, with the throwable as its error. The member that published, and other subscribers, notice nothing.
 */
public final class Guarded<T> implements CoreSubscriber<T>, Subscription, Scannable {

    private final Downstream<T> downstream;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Subscription upstream;

    private Guarded(CoreSubscriber<? super T> actual, Guard guard) {
        this.downstream = new Downstream<>(actual, guard);
    }

    public static <T> Flux<T> flux(Flux<T> published, Guard guard) {
        return published.transform(Operators.<T, T>liftPublisher((source, actual) -> new Guarded<>(actual, guard)));
    }

    public static <T> Mono<T> mono(Mono<T> published, Guard guard) {
        return published.transform(Operators.<T, T>liftPublisher((source, actual) -> new Guarded<>(actual, guard)));
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.validate(upstream, subscription)) {
            upstream = subscription;
            endIf(downstream.onSubscribe(this));
        }
    }

    @Override
    public void onNext(T value) {
        if (ended.get()) {
            downstream.discard(value);
        } else {
            endIf(downstream.onNext(value));
        }
    }

    @Override
    public void onError(Throwable failed) {
        if (ended.compareAndSet(false, true)) {
            downstream.onError(failed);
        } else {
            downstream.dropError(failed);
        }
    }

    @Override
    public void onComplete() {
        if (ended.compareAndSet(false, true)) {
            downstream.answered();
        }
    }

    private void endIf(@Nullable Throwable thrown) {
        if (thrown != null) {
            cancel();
            onError(thrown);
        }
    }

    @Override
    public void request(long more) {
        Objects.requireNonNull(upstream).request(more);
    }

    @Override
    public void cancel() {
        Objects.requireNonNull(upstream).cancel();
    }

    @Override
    public Context currentContext() {
        return downstream.context();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.ACTUAL) {
            return downstream.actual();
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.SYNC : null;
    }
}
