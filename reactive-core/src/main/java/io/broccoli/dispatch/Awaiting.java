package io.broccoli.dispatch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** Waits for a handler's {@code Mono}, without a thread if it does not end at once. */
final class Awaiting implements CoreSubscriber<Object> {

    private static final int SUBSCRIBING = 0;
    private static final int WAITING = 1;
    private static final int ENDED = 2;

    private final Execution execution;
    private final Consumer<BooleanSupplier> worker;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final AtomicInteger state = new AtomicInteger(SUBSCRIBING);
    private volatile @Nullable Subscription subscription;
    private volatile boolean cancelled;
    private @Nullable Object value;
    private @Nullable Throwable error;

    /** @param worker the one that the execution holds while it waits, unless it gives it away */
    Awaiting(Execution execution, Consumer<BooleanSupplier> worker) {
        this.execution = execution;
        this.worker = worker;
    }

    /** Whoever gets true decides what the worker does next: go on with this execution, or take other jobs. */
    boolean claimWorker() {
        return claimed.compareAndSet(false, true);
    }

    Consumer<BooleanSupplier> worker() {
        return worker;
    }

    /** @return true if it ended at once; else the execution is {@link Execution#resumed} when it does */
    boolean await(Mono<?> mono) {
        mono.subscribe(this);
        if (!state.compareAndSet(SUBSCRIBING, WAITING)) {
            return true;
        }
        // A cancel that came while it was subscribed found nothing to cancel.
        return cancelled && state.compareAndSet(WAITING, ENDED);
    }

    @Nullable Object valueOrThrow() throws Throwable {
        if (error != null) {
            throw error;
        }
        return value;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void cancelAwaiting() {
        cancelled = true;
        Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
        if (state.compareAndSet(WAITING, ENDED)) {
            execution.resumed(this);
        }
    }

    private void end() {
        if (state.getAndSet(ENDED) == WAITING) {
            execution.resumed(this);
        }
    }

    @Override
    public void onSubscribe(Subscription received) {
        subscription = received;
        if (cancelled) { // before there was something to cancel
            received.cancel();
        } else {
            received.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Object received) {
        value = received;
    }

    @Override
    public void onError(Throwable failed) {
        error = failed;
        end();
    }

    @Override
    public void onComplete() {
        end();
    }
}
