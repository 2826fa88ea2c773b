package io.broccoli.network;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Makes the calls of several networks one call at a time, on the threads that they come on. No thread waits for another. */
final class Funnel {

    /** Frames that may wait; more are dropped, as a network might have done. */
    static final int MAX_WAITING = 4_096;

    private static final Logger LOG = Loggers.getLogger(Funnel.class);

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger(); // those that wait, and the one under way
    private volatile boolean closed;

    /** Whoever finds nobody at work makes all calls that come meanwhile. */
    void call(Runnable call) {
        waiting.add(call);
        if (calls.getAndIncrement() == 0) {
            do {
                Runnable next = waiting.poll();
                if (next != null) {
                    run(next);
                }
            } while (calls.decrementAndGet() > 0);
        }
    }

    void frame(Runnable call) {
        if (calls.get() < MAX_WAITING) {
            call(call);
        }
    }

    boolean isFull() {
        return calls.get() > MAX_WAITING / 2;
    }

    /** No call begins any more. */
    void close() {
        closed = true;
    }

    private void run(Runnable call) {
        if (closed) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("a receiver must not throw", e);
        }
    }
}
