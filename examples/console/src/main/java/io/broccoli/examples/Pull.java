package io.broccoli.examples;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Signal;

/**
 * Hands the values of a publisher to one thread, which waits for each for a limited time. Requests one value at a time, so a
 * thread that is held up, for example by a full pipe, holds up nobody else. Whoever made it disposes of it.
 */
final class Pull<T> extends BaseSubscriber<T> {

    private final BlockingQueue<Signal<T>> arrived = new LinkedBlockingQueue<>(); // one value, and the end

    /**
     * Waits for the next value, or for the end.
     *
     * @return the value or the completion; null if neither came in time
     * @throws RuntimeException the error of the publisher
     */
    @Nullable Signal<T> next(Duration limit) throws InterruptedException {
        Signal<T> signal = arrived.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (signal == null) {
            return null;
        }
        Throwable error = signal.getThrowable();
        if (error != null) {
            throw Exceptions.propagate(error);
        }
        if (signal.isOnNext()) {
            request(1);
        }
        return signal;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(T value) {
        arrived.add(Signal.next(value));
    }

    @Override
    protected void hookOnComplete() {
        arrived.add(Signal.complete());
    }

    @Override
    protected void hookOnError(Throwable error) {
        arrived.add(Signal.error(error));
    }
}
