package io.broccoli.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import reactor.core.Disposable;

/** Virtual time: one event after the other, on the thread that calls {@link #step}. */
final class VirtualTime {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Throwable> escaped = new ArrayList<>();
    private long now;
    private long count;

    private static final class Event implements Comparable<Event>, Disposable {
        private final long at;
        private final long order;
        private final Runnable action;
        private volatile boolean disposed;

        Event(long at, long order, Runnable action) {
            this.at = at;
            this.order = order;
            this.action = action;
        }

        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }

        @Override
        public void dispose() {
            disposed = true;
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }

    /** Nanoseconds. */
    long now() {
        return now;
    }

    /** How many events there were or will be. */
    long events() {
        return count;
    }

    boolean isIdle() {
        return events.isEmpty();
    }

    Disposable after(long nanos, Runnable action) {
        Event event = new Event(now + Math.max(0, nanos), count++, action);
        events.add(event);
        return event;
    }

    /** Lets the next event happen; there must be one. */
    void step() {
        Event next = events.remove();
        now = next.at;
        if (!next.disposed) {
            next.disposed = true;
            guarded(next.action);
        }
    }

    /** Runs what a thread of a real scheduler would run: what is thrown there reaches nobody. */
    void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable thrown) {
            escaped.add(thrown);
        }
    }

    /** What was thrown in events. */
    List<Throwable> escaped() {
        return escaped;
    }
}
