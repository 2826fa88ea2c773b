package io.broccoli.internal.network;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Makes the calls of several networks one call at a time, on the threads that they come on. No thread waits for another. */
final class Funnel {

    /** Frames that may wait, and keys of calls of which the latest counts; more are dropped, as a network might have done. */
    static final int MAX_WAITING = 4_096;

    private static final Logger LOG = Loggers.getLogger(Funnel.class);

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger(); // those that wait, and the one under way
    private final Map<String, Runnable> latest = new ConcurrentHashMap<>();
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

    /** Of those that wait with one key only the latest is made, in the place of the first. */
    void latest(String key, Runnable call) {
        if (latest.size() >= MAX_WAITING && !latest.containsKey(key)) {
            return;
        }
        if (latest.put(key, call) == null) {
            call(() -> {
                Runnable now = latest.remove(key);
                if (now != null) {
                    now.run();
                }
            });
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
        } catch (RuntimeException | Error e) { // else nothing would be called any more
            LOG.error("a receiver must not throw", e);
        }
    }
}
