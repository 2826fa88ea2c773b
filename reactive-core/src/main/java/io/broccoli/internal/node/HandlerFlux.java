package io.broccoli.internal.node;

import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Upstream;
import io.broccoli.internal.credit.ItemSource;
import io.broccoli.task.FailureKind;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.concurrent.Queues;

/**
 * A handler's publisher of several values, under way. It is asked on a worker, and for no more than the producer takes. It holds
 * that worker until the producer has all items and so may hear the outcome; but where nothing is taken for a while it gives it
 * away, and gets one again when it is to be asked: a subscriber that does not read, or reads something else first, must not stop
 * a node. Items are encoded on the thread that brings them, and go to the member's executor, where everything else happens.
 */
final class HandlerFlux implements CoreSubscriber<Object>, NodeTask.Giving {

    /** Items that are given at once, while they are asked for, go on together; but one that came never waits longer for others. */
    private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(1);

    final NodeTask task;
    final ItemSource source;
    private final Ending outcome;
    private final Boundary boundary;
    private final HandlerFluxes all;
    private final int maxItem;

    private final Queue<Payload> arrived = Queues.<Payload>unbounded().get(); // bounded by what was asked for
    private final AtomicBoolean noted = new AtomicBoolean();
    private final Upstream upstream;
    private volatile long requested;
    private final AtomicReference<Step.@Nullable Done> ending = new AtomicReference<>();
    private long given;
    private @Nullable Thread asking; // a worker, while it asks
    private long lastNote; // of that one

    // On the executor only.
    private boolean known;
    private boolean over;
    private @Nullable WorkerLease lease; // null while it has none
    private boolean waiting; // for one
    private boolean idle; // since the last look

    HandlerFlux(NodeTask task, ItemSource source, Ending outcome, HandlerFluxes all, WorkerLease lease, int maxItem) {
        this.task = task;
        this.source = source;
        this.outcome = outcome;
        this.all = all;
        this.boundary = all.boundary();
        this.upstream = new Upstream("The task's publisher", boundary.guard());
        this.lease = lease;
        this.maxItem = maxItem;
    }

    /** On the worker. */
    void begin(Publisher<?> publisher) {
        WorkerLease held = Objects.requireNonNull(lease);
        broken(called(held, () -> upstream.subscribe(publisher, this)));
        note();
    }

    private static @Nullable ForeignFailure called(WorkerLease held, Supplier<@Nullable ForeignFailure> step) {
        held.enter();
        try {
            return step.get();
        } finally {
            held.exit();
        }
    }

    /** A publisher that throws breaks a rule; the producer hears of it. */
    private void broken(@Nullable ForeignFailure how) {
        if (how != null) {
            upstream.cancel();
            end(outcome.failed(boundary.handlers().failed(how.thrown())));
        }
    }

    // ---- signals, on any thread

    @Override
    public void onSubscribe(Subscription received) {
        broken(upstream.set(upstream.required(received, "subscription", this::broken)));
    }

    @Override
    public void onNext(Object item) {
        upstream.required(item, "item", this::broken);
        if (ended()) {
            return; // it was told to stop; nobody takes it
        }
        if (++given > requested) {
            cut(FailureKind.TASK_FAILED, "The task's publisher gave more than it was asked for");
            return;
        }
        Payload payload;
        try {
            payload = boundary.values().encode(item);
        } catch (ForeignFailure failed) {
            upstream.cancel();
            end(outcome.failed(failed));
            return;
        }
        if (payload.length() > maxItem) {
            cut(
                    FailureKind.TOO_LARGE,
                    "Item " + given + " takes " + payload.length() + " bytes, at most " + maxItem + " can be sent");
            return;
        }
        arrived.offer(payload);
        if (Thread.currentThread() != asking) {
            note();
        } else if (all.now() - lastNote >= TOGETHER) {
            lastNote = all.now();
            note();
        }
    }

    @Override
    public void onError(Throwable failed) {
        end(outcome.failed(boundary.handlers().failed(upstream.required(failed, "error", this::broken))));
    }

    @Override
    public void onComplete() {
        end(Step.Done.END);
    }

    /** An item that cannot be sent ends the stream, behind those before it. */
    private void cut(FailureKind kind, String message) {
        upstream.cancel();
        end(outcome.failed(kind, message));
    }

    /** The first end counts. */
    private void end(Step.Done how) {
        if (ending.compareAndSet(null, how)) {
            note();
        }
    }

    private boolean ended() {
        return ending.get() != null;
    }

    private void note() {
        if (noted.compareAndSet(false, true)) {
            all.execute(this::changed);
        }
    }

    // ---- on the executor

    private void changed() {
        noted.set(false);
        if (over) {
            arrived.clear();
            return;
        }
        if (!known) {
            known = true;
            all.add(this);
            if (task.isStopped() || task.isFenced()) {
                stop(); // it was withdrawn before it was known to be a stream
                return;
            }
        }
        boolean last = ended(); // before the queue is looked at: what came before the end is in it
        Payload item;
        while ((item = arrived.poll()) != null) {
            source.offer(item);
        }
        if (last) {
            source.end();
        }
        all.advance(this);
    }

    /** Asks the publisher for as much as may come, on a worker, so that what it computes is computed there. */
    void ask() {
        WorkerLease held = lease;
        if (held == null) {
            if (!waiting && source.room() > 0) {
                waiting = true;
                all.resume(this);
            }
            return;
        }
        long items = source.ask();
        if (items == 0) {
            return;
        }
        idle = false;
        held.run(with -> request(with, items));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one worker at a time has the task
    private void request(WorkerLease with, long items) {
        requested += items;
        lastNote = all.now();
        asking = Thread.currentThread();
        broken(called(with, () -> upstream.request(items)));
        asking = null;
        note();
    }

    void parkIfIdle() {
        boolean nothingToDo = !source.isAsked() && source.room() == 0;
        if (idle && nothingToDo) {
            release();
        }
        idle = nothingToDo;
    }

    /** On the worker that it has now. */
    void resumed(WorkerLease again) {
        outcome.holds(again);
        all.execute(() -> {
            waiting = false;
            lease = again;
            idle = false;
            if (over) {
                release();
            } else {
                all.advance(this);
            }
        });
    }

    /** The producer has all: the outcome goes out, the worker is free. */
    void finish() {
        if (over) {
            return;
        }
        over = true;
        all.remove(this);
        Step.Done how = Objects.requireNonNull(ending.get());
        boolean completed = how.status() == ResultStatus.END;
        outcome.end(completed ? new Step.Done(how.status(), boundary.values().encodePlain(source.produced())) : how);
        release();
    }

    private void release() {
        WorkerLease held = lease;
        lease = null;
        if (held != null) {
            held.release();
        }
    }

    @Override
    public void asked() {
        all.advance(this);
    }

    @Override
    public void tooLarge(int bytes) {
        if (!over) {
            upstream.cancel();
            ending.set(outcome.failed(FailureKind.TOO_LARGE, NodeTask.Giving.isTooLarge(bytes)));
            source.cut();
        }
    }

    @Override
    public void stop() {
        if (!over) {
            over = true;
            all.remove(this);
            source.close();
            ending.compareAndSet(null, Step.Done.ABORTED);
            upstream.cancel();
            outcome.end(Step.Done.ABORTED);
            release();
        }
    }
}
