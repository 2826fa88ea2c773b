package io.broccoli.dispatch;

import io.broccoli.credit.ItemSource;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * A handler's publisher of several values, under way. It is asked on a worker, and for no more than the producer takes. It holds
 * that worker until the producer has all items and so may hear the outcome; but where nothing is taken for a while it gives it
 * away, and gets one again when it is to be asked: a subscriber that does not read, or reads something else first, must not stop
 * a node. Items are encoded on the thread that brings them, and go to the member's executor, where everything else happens.
 */
final class HandlerFlux implements CoreSubscriber<Object> {

    /** Items that are given at once, while they are asked for, go on together; but one that came never waits longer for others. */
    private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(1);

    final Job job;
    final ItemSource source;
    private final Execution execution;
    private final HandlerFluxes all;
    private final int maxItem;

    private final Queue<Payload> arrived = Queues.<Payload>unbounded().get(); // bounded by what was asked for
    private final AtomicBoolean noted = new AtomicBoolean();
    private final LateSubscription subscription = new LateSubscription();
    private volatile long requested;
    private volatile boolean ended;
    private long given;
    private @Nullable Thread asking; // a worker, while it asks
    private long lastNote; // of that one

    // On the executor only.
    private boolean known;
    private boolean over;
    private @Nullable Consumer<BooleanSupplier> worker; // null while it has none
    private boolean waiting; // for one
    private boolean idle; // since the last look

    HandlerFlux(
            Job job,
            ItemSource source,
            Execution execution,
            HandlerFluxes all,
            Consumer<BooleanSupplier> worker,
            int maxItem) {
        this.job = job;
        this.source = source;
        this.execution = execution;
        this.all = all;
        this.worker = worker;
        this.maxItem = maxItem;
    }

    /** On the worker. */
    void begin(Publisher<?> publisher) {
        guarded(() -> publisher.subscribe(this));
        note();
    }

    /** A publisher that throws breaks a rule; its worker is not lost for that, and the producer hears of it. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            subscription.cancel();
            onError(thrown);
        }
    }

    // ---- signals, on any thread

    @Override
    public void onSubscribe(Subscription received) {
        subscription.set(Objects.requireNonNull(received, "subscription"));
    }

    @Override
    public void onNext(Object item) {
        Objects.requireNonNull(item, "item");
        if (ended) {
            Operators.onNextDropped(item, currentContext());
            return;
        }
        if (++given > requested) {
            cut(FailureKind.TASK_FAILED, "The task's publisher gave more than it was asked for");
            return;
        }
        Payload encoded;
        try {
            encoded = execution.encode(item);
        } catch (UnencodableException unencodable) {
            cut(FailureKind.UNENCODABLE, String.valueOf(unencodable.getMessage()));
            return;
        }
        if (encoded.length() > maxItem) {
            cut(
                    FailureKind.TOO_LARGE,
                    "Item " + given + " takes " + encoded.length() + " bytes, at most " + maxItem + " can be sent");
            return;
        }
        arrived.offer(encoded);
        if (Thread.currentThread() != asking) {
            note();
        } else if (all.now() - lastNote >= TOGETHER) {
            lastNote = all.now();
            note();
        }
    }

    @Override
    public void onError(Throwable failed) {
        Objects.requireNonNull(failed, "failed");
        if (ended) {
            Operators.onErrorDropped(failed, currentContext());
        } else {
            execution.failedWith(failed);
            end();
        }
    }

    @Override
    public void onComplete() {
        if (!ended) {
            job.status = ResultStatus.END;
            end();
        }
    }

    /** An item that cannot be sent ends the stream, behind those before it. */
    private void cut(FailureKind kind, String message) {
        subscription.cancel();
        execution.failedWith(kind, message);
        end();
    }

    private void end() {
        ended = true;
        note();
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
            if (job.isStopped() || job.isFenced()) {
                stop(); // it was withdrawn before it was known to be a stream
                return;
            }
        }
        boolean last = ended; // before the queue is looked at: what came before the end is in it
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
        if (worker == null) {
            if (!waiting && source.room() > 0) {
                waiting = true;
                all.resume(job);
            }
            return;
        }
        long items = source.ask();
        if (items == 0) {
            return;
        }
        idle = false;
        worker.accept(() -> {
            request(items);
            return false;
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one worker at a time has the job
    private void request(long items) {
        requested += items;
        lastNote = all.now();
        asking = Thread.currentThread();
        guarded(() -> subscription.request(items));
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
    void resumed(Consumer<BooleanSupplier> again) {
        all.execute(() -> {
            waiting = false;
            worker = again;
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
        execution.completedStream(source.produced());
        release();
    }

    private void release() {
        if (worker != null) {
            worker.accept(() -> true);
            worker = null;
        }
    }

    /** Nobody waits for its items any more. */
    void stop() {
        if (!over) {
            over = true;
            all.remove(this);
            source.close();
            ended = true;
            subscription.cancel();
            if (worker != null) {
                worker.accept(execution::aborted);
            } else {
                execution.aborted();
            }
        }
    }
}
