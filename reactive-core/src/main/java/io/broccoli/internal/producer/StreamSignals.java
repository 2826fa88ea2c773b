package io.broccoli.internal.producer;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Downstream;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Upstream;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
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
public final class StreamSignals<I> implements CoreSubscriber<I>, Subscription, Scannable, Runnable {

    /** The stream that hears of all this, on the executor. */
    interface Stream {

        /** The source is there. */
        void begins();

        /** Something was noted. */
        void noted();
    }

    private final Stream stream;
    private final ElementRun.Owner work;
    private final MemberContext context;
    private final DispatchOptions options;
    private final Downstream<?> downstream;
    private final Upstream source;

    private final Queue<ElementRun> arrivals;
    private final AtomicBoolean noted = new AtomicBoolean();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
    private volatile @Nullable Throwable error;
    private volatile boolean completed;
    private volatile boolean cancelled;
    private volatile @Nullable Subscription subscribed; // for who scans; the source is asked through its boundary

    /** @param work of the stream's elements */
    StreamSignals(
            Stream stream,
            ElementRun.Owner work,
            MemberContext context,
            DispatchOptions options,
            Downstream<?> downstream) {
        this.stream = stream;
        this.work = work;
        this.context = context;
        this.options = options;
        this.downstream = downstream;
        this.source = new Upstream("The source", context.boundary().guard());
        this.arrivals = Queues.<ElementRun>get(options.window()).get();
    }

    // ---- of the source

    @SuppressWarnings("unchecked")
    void subscribeTo(Publisher<? extends I> publisher) {
        ForeignFailure failed = source.subscribe(publisher, (CoreSubscriber<Object>) this);
        if (failed == null) {
            return;
        }
        if (subscribed == null) {
            onSubscribe(Operators.emptySubscription());
        }
        fail(failed.thrown());
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.validate(subscribed, subscription)) {
            subscribed = subscription;
            failIf(source.set(subscription));
            Throwable thrown = downstream.onSubscribe(this);
            if (thrown != null) {
                fail(thrown);
            }
            context.loop().execute(stream::begins);
        }
    }

    @Override
    public void onNext(I element) {
        source.required(element, "element", this::failIf);
        if (completed) {
            downstream.dropNext(element);
            return;
        }
        if (cancelled) {
            downstream.discard(element);
            return;
        }
        if (arrivals.offer(arrived(element))) {
            note();
        } else {
            downstream.discard(element);
            fail(Exceptions.failWithOverflow("The source gave more than it was asked for"));
        }
    }

    private ElementRun arrived(I element) {
        try {
            return new ElementRun(work, element, context.boundary().choices().route(options.router(), element));
        } catch (ForeignFailure failed) {
            return new ElementRun(work, element, failed.failure(""));
        }
    }

    @Override
    public void onError(Throwable failed) {
        source.required(failed, "error", this::failIf);
        if (completed) {
            downstream.dropError(failed);
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
        return downstream.context();
    }

    // ---- of the subscriber

    @Override
    public void request(long n) {
        if (cancelled) {
            return;
        }
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
        completed = true;
        if (!fatal.compareAndSet(null, failed)) {
            if (fatal.get() != failed) { // a source may throw what it was told
                downstream.dropError(failed); // the first one ends it
            }
            return;
        }
        cancelUpstream();
        note();
    }

    private void failIf(@Nullable ForeignFailure failed) {
        if (failed != null) {
            fail(failed.thrown());
        }
    }

    private void cancelUpstream() {
        ForeignFailure failed = source.cancel();
        if (failed != null) {
            downstream.dropError(failed.thrown()); // who cancelled does not listen, or hears another error
        }
    }

    private void note() {
        if (noted.compareAndSet(false, true)) {
            context.loop().execute(this);
        }
    }

    /** On the executor: something was noted. */
    @Override
    public void run() {
        noted.set(false);
        stream.noted();
    }

    // ---- as the stream has it, on the executor

    /** Takes the next element that arrived; null if there is none. */
    @Nullable ElementRun poll() {
        return arrivals.poll();
    }

    /** Discards what arrived and was not taken. */
    void discard() {
        ElementRun run;
        while ((run = poll()) != null) {
            downstream.discard(run.takeElement());
        }
    }

    /** Asks the source for more; it may give at once. */
    void ask(long more) {
        failIf(source.request(more));
    }

    /** Whether the source may give more to somebody. */
    boolean mayAsk() {
        return !completed && !cancelled;
    }

    /** Whether the source ended by itself, all that it gave was taken, and somebody is there to be told. */
    boolean hasGivenAll() {
        return completed && fatal.get() == null && !cancelled && arrivals.isEmpty();
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
        return fatal.get();
    }

    /** The source's error, which is told behind all that it gave; null if there is none. */
    @Nullable Throwable error() {
        return error;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return subscribed;
        }
        if (key == Attr.ACTUAL) {
            return downstream.actual();
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
