package io.broccoli.window;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/** What arrives at a stage, from any thread: it is noted, and one thread at a time works on it. */
abstract class StageSignals<T, O> implements CoreSubscriber<T>, Subscription, Scannable {

    /** Something that comes between elements. */
    interface Note {
        void take(Machine<?, ?> machine, Demand demand);
    }

    final CoreSubscriber<? super O> actual;
    final Queue<Object> queue = Queues.unboundedMultiproducer().get(); // bounded by what was asked for
    final AtomicLong requested = new AtomicLong();
    private final AtomicInteger working = new AtomicInteger();
    volatile boolean cancelled;
    volatile boolean sourceEnded;
    volatile boolean done; // the source ended, or nothing more of it is wanted
    volatile @Nullable Throwable error;
    volatile @Nullable Throwable badRequest;

    @Nullable Subscription upstream;

    // Of who works.
    @Nullable Object direct; // an element that need not be queued

    boolean over;

    StageSignals(CoreSubscriber<? super O> actual) {
        this.actual = actual;
    }

    /** The source is there, and the subscriber knows it. */
    abstract void begin(Subscription subscription);

    /** Works until there is nothing to do; it may throw. */
    abstract void work();

    /** The stream ends, because of what {@link #work} threw. */
    abstract void fail(Throwable thrown);

    @Override
    public void onSubscribe(Subscription subscription) {
        if (!Operators.validate(upstream, subscription)) {
            return;
        }
        upstream = subscription;
        working.getAndIncrement(); // nothing is emitted or asked for before the subscriber has its subscription
        actual.onSubscribe(this);
        begin(subscription);
        drainLoop();
    }

    /** Something comes between elements. */
    void note(Note note) {
        queue.offer(note);
        drain();
    }

    @Override
    public void onNext(T element) {
        Objects.requireNonNull(element); // rule 2.13
        if (done) {
            Operators.onNextDropped(element, actual.currentContext());
            return;
        }
        if (!working.compareAndSet(0, 1)) {
            queue.offer(element);
            drain();
            return;
        }
        if (direct == null && queue.isEmpty()) {
            direct = element;
        } else {
            queue.offer(element);
        }
        drainLoop();
    }

    @Override
    public void onError(Throwable thrown) {
        Objects.requireNonNull(thrown);
        if (done) {
            Operators.onErrorDropped(thrown, actual.currentContext());
            return;
        }
        error = thrown;
        sourceEnded = true;
        done = true;
        drain();
    }

    @Override
    public void onComplete() {
        sourceEnded = true;
        done = true;
        drain();
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            requested.accumulateAndGet(n, Operators::addCap);
        } else {
            badRequest =
                    new IllegalArgumentException("at least one result must be requested, not " + n + " (rule 3.9)");
        }
        drain();
    }

    @Override
    public void cancel() {
        cancelled = true;
        Subscription current = upstream;
        if (current != null) {
            current.cancel();
        }
        drain();
    }

    // ---- one thread at a time

    final void drain() {
        if (working.getAndIncrement() == 0) {
            drainLoop();
        }
    }

    private void drainLoop() {
        int missed = 1;
        do {
            if (!over) {
                try {
                    work();
                } catch (Throwable thrown) {
                    fail(thrown);
                }
            }
            if (over) {
                Operators.onDiscard(
                        direct instanceof Note || direct == null ? null : JoinMachine.bare(direct),
                        actual.currentContext());
                direct = null;
                Operators.onDiscardQueueWithClear(queue, actual.currentContext(), StageSignals::elements);
            }
            missed = working.addAndGet(-missed);
        } while (missed != 0);
    }

    private static Stream<?> elements(Object queued) {
        return queued instanceof Note ? Stream.empty() : Stream.of(JoinMachine.bare(queued));
    }

    // ---- as Reactor sees it

    @Override
    public Context currentContext() {
        return actual.currentContext();
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
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.TERMINATED) {
            return over && !cancelled;
        }
        if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
            return requested.get();
        }
        if (key == Attr.ERROR) {
            return error;
        }
        if (key == Attr.BUFFERED) {
            return queue.size();
        }
        if (key == Attr.PREFETCH) {
            return FluxDemand.AHEAD;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.SYNC : null;
    }
}
