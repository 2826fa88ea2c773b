package io.broccoli.transport.memory;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Hands one thing after the other to a receiver, on a worker of the scheduler and never on the thread of who sends: so a receiver
 * that sends in its turn does not go deeper with each frame.
 */
final class Inbox {
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Scheduler.Worker worker;
    private final int bound;
    private volatile boolean closed;

    /** @param bound how many frames may wait */
    Inbox(Scheduler.Worker worker, int bound) {
        this.worker = worker;
        this.bound = bound;
    }

    /** Takes a frame, unless too many wait or it is closed: then the frame is dropped, and the result is false. */
    boolean offerFrame(Runnable delivery) {
        if (closed || waiting.get() >= bound) {
            return false;
        }
        add(delivery);
        return true;
    }

    /** For what must not be dropped, and is rare. */
    void add(Runnable delivery) {
        if (!closed) {
            queue.add(delivery);
            if (waiting.getAndIncrement() == 0) {
                worker.schedule(this::drain);
            }
        }
    }

    /** What waits is dropped; a delivery under way ends. */
    void close() {
        closed = true;
        worker.dispose();
    }

    private void drain() {
        int seen = waiting.get();
        while (seen != 0 && !closed) {
            for (int i = 0; i < seen; i++) {
                Runnable delivery = queue.remove();
                if (!closed) {
                    run(delivery);
                }
            }
            seen = waiting.addAndGet(-seen);
        }
    }

    private static void run(Runnable delivery) {
        try {
            delivery.run();
        } catch (RuntimeException | AssertionError e) {
            Operators.onErrorDropped(e, Context.empty());
        }
    }
}
