package io.broccoli.dispatch;

import io.broccoli.cluster.DispatchOptions;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * What a {@link DispatchStream} hears from its source and its subscriber. Signals come on any thread and only leave a note; the
 * stream reads the notes on the member's serial executor, which is woken once for all that come before it looks.
 */
final class StreamSignals<I> implements CoreSubscriber<I>, Subscription, Scannable, Runnable {

    private final DispatchStream<I, ?> stream;
    private final Dispatcher dispatcher;
    private final DispatchOptions options;
    private final CoreSubscriber<?> actual;

    private final Queue<I> arrivals;
    private final AtomicBoolean noted = new AtomicBoolean();
    private final AtomicLong demand = new AtomicLong();
    private volatile @Nullable Throwable error;
    private volatile @Nullable Throwable fatal;
    private volatile boolean completed;
    private volatile boolean cancelled;
    private volatile @Nullable Subscription upstream;

    StreamSignals(
            DispatchStream<I, ?> stream, Dispatcher dispatcher, DispatchOptions options, CoreSubscriber<?> actual) {
        this.stream = stream;
        this.dispatcher = dispatcher;
        this.options = options;
        this.actual = actual;
        this.arrivals = Queues.<I>get(options.window()).get();
    }

    // ---- of the source

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.validate(upstream, subscription)) {
            upstream = subscription;
            actual.onSubscribe(this);
            dispatcher.execute(() -> dispatcher.begin(stream));
        }
    }

    @Override
    public void onNext(I element) {
        Objects.requireNonNull(element, "element");
        if (completed) {
            Operators.onNextDropped(element, actual.currentContext());
        } else if (arrivals.offer(element)) {
            note();
        } else {
            Operators.onDiscard(element, actual.currentContext());
            fail(Exceptions.failWithOverflow("The source gave more than it was asked for"));
        }
    }

    @Override
    public void onError(Throwable failed) {
        Objects.requireNonNull(failed, "failed");
        if (completed) {
            Operators.onErrorDropped(failed, actual.currentContext());
            return;
        }
        error = failed;
        completed = true;
        note();
    }

    @Override
    public void onComplete() {
        completed = true;
        note();
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    // ---- of the subscriber

    @Override
    public void request(long n) {
        if (n <= 0) {
            fail(new IllegalArgumentException("Spec. Rule 3.9: a request is above 0, not " + n));
        } else {
            demand.accumulateAndGet(n, Operators::addCap);
            note();
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            cancelUpstream();
            note();
        }
    }

    // ---- notes

    /** Ends the stream with an error of its own, whatever is under way. */
    void fail(Throwable failed) {
        cancelUpstream();
        fatal = failed;
        completed = true;
        note();
    }

    private void cancelUpstream() {
        Subscription subscription = upstream;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    private void note() {
        if (noted.compareAndSet(false, true)) {
            dispatcher.execute(this);
        }
    }

    /** On the executor: something was noted. */
    @Override
    public void run() {
        noted.set(false);
        if (stream.isOver()) {
            discard(); // the source heard too late that nobody is there any more
        } else {
            dispatcher.changed();
        }
    }

    // ---- as the stream has it, on the executor

    /** Takes the next element that arrived; null if there is none. */
    @Nullable I poll() {
        return arrivals.poll();
    }

    /** Discards what arrived and was not taken. */
    void discard() {
        I element;
        while ((element = poll()) != null) {
            Operators.onDiscard(element, actual.currentContext());
        }
    }

    /** Asks the source for more; it may give at once. */
    void ask(long more) {
        Subscription subscription = upstream;
        if (subscription != null) {
            subscription.request(more);
        }
    }

    /** Whether the source may give more to somebody. */
    boolean mayAsk() {
        return !completed && !cancelled && upstream != null;
    }

    /** Whether the source ended by itself, all that it gave was taken, and somebody is there to be told. */
    boolean hasGivenAll() {
        return completed && fatal == null && !cancelled && arrivals.isEmpty();
    }

    /** How many outcomes the subscriber has asked for, less those that were {@link #emitted}. */
    long asked() {
        return demand.get();
    }

    void emitted(long count) {
        if (count > 0) {
            demand.accumulateAndGet(count, StreamSignals::less);
        }
    }

    private static long less(long asked, long emitted) {
        return asked == Long.MAX_VALUE ? asked : asked - emitted;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Takes the subscriber for gone from now on; returns whether it was there. */
    boolean silence() {
        boolean there = !cancelled;
        cancelled = true;
        return there;
    }

    /** The error that ends the stream whatever is under way; null if there is none. */
    @Nullable Throwable fatal() {
        return fatal;
    }

    /** The source's error, which is told behind all that it gave; null if there is none. */
    @Nullable Throwable error() {
        return error;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.NAME) {
            return options.name();
        }
        if (key == Attr.PREFETCH) {
            return options.window();
        }
        if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
            return demand.get();
        }
        if (key == Attr.TERMINATED) {
            return completed;
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.ERROR) {
            return error;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
