package io.broccoli.internal.node;

import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Upstream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Waits for a handler's {@code Mono}, without a thread if it does not end at once. */
final class Awaiting implements CoreSubscriber<Object> {

    private static final int SUBSCRIBING = 0;
    private static final int WAITING = 1;
    private static final int ENDED = 2;

    private final TaskRunner runner;
    private final WorkerLease lease;
    private final Boundary boundary;
    private final Upstream upstream;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final AtomicInteger state = new AtomicInteger(SUBSCRIBING);
    private volatile boolean cancelled;
    private volatile @Nullable Object value; // null: it was empty
    private volatile @Nullable ForeignFailure failed;

    /** @param lease the worker that the task holds while it waits, unless it gives it away */
    Awaiting(TaskRunner runner, WorkerLease lease, Boundary boundary) {
        this.runner = runner;
        this.lease = lease;
        this.boundary = boundary;
        this.upstream = new Upstream("The task's publisher", boundary.guard());
    }

    /** Whoever gets true decides what the worker does next: go on with this task, or take others. */
    boolean claimWorker() {
        return claimed.compareAndSet(false, true);
    }

    WorkerLease lease() {
        return lease;
    }

    /** @return true if it ended at once; else the task is {@link TaskRunner#resumed} when it does */
    boolean await(Publisher<?> publisher) {
        upstream.request(Long.MAX_VALUE);
        broken(upstream.subscribe(publisher, this));
        if (!state.compareAndSet(SUBSCRIBING, WAITING)) {
            return true;
        }
        // A cancel that came while it was subscribed found nothing to cancel.
        return cancelled && state.compareAndSet(WAITING, ENDED);
    }

    /** What came, once it ended. */
    @Nullable Object value() throws ForeignFailure {
        ForeignFailure why = failed;
        if (why != null) {
            throw why;
        }
        return value;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void cancelAwaiting() {
        cancelled = true;
        upstream.cancel(); // what it throws now is nobody's concern: the task ends as cancelled
        if (state.compareAndSet(WAITING, ENDED)) {
            runner.resumed(this);
        }
    }

    private void broken(@Nullable ForeignFailure how) {
        if (how != null) {
            end(boundary.handlers().failed(how.thrown()));
        }
    }

    /** The first end counts. */
    private void end(@Nullable ForeignFailure why) {
        int before = state.get();
        while (before != ENDED) {
            failed = why;
            if (state.compareAndSet(before, ENDED)) {
                if (before == WAITING) {
                    runner.resumed(this);
                }
                return;
            }
            before = state.get();
        }
    }

    @Override
    public void onSubscribe(Subscription received) {
        broken(upstream.set(upstream.required(received, "subscription", this::broken)));
    }

    @Override
    public void onNext(Object received) {
        upstream.required(received, "value", this::broken);
        if (state.get() != ENDED) {
            value = received;
        }
    }

    @Override
    public void onError(Throwable failed) {
        end(boundary.handlers().failed(upstream.required(failed, "error", this::broken)));
    }

    @Override
    public void onComplete() {
        end(null);
    }
}
