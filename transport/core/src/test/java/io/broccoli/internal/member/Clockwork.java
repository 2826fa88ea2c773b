package io.broccoli.internal.member;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Virtual time, one event after the other on the thread that calls {@link #step}. Every member has a {@link Process} of its own,
 * which can die: then nothing that it planned happens any more, as when a machine loses its power.
 */
final class Clockwork {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long count;

    private static final class Event implements Comparable<Event>, Disposable {
        final long at;
        final long order;
        private final Process process;
        private final Runnable action;
        private volatile boolean disposed;

        Event(long at, long order, Process process, Runnable action) {
            this.at = at;
            this.order = order;
            this.process = process;
            this.action = action;
        }

        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }

        void run() {
            if (!disposed && !process.dead) {
                disposed = true;
                action.run();
            }
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

    Process process() {
        return new Process();
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

    /** Lets the next event happen; there must be one. */
    void step() {
        Event next = events.remove();
        now = next.at;
        next.run();
    }

    /** What one process plans. */
    final class Process implements Scheduler {
        private boolean dead;

        private Process() {}

        void die() {
            dead = true;
        }

        boolean isDead() {
            return dead;
        }

        Disposable after(long nanos, Runnable action) {
            Event event = new Event(now + Math.max(0, nanos), count++, this, action);
            events.add(event);
            return event;
        }

        @Override
        public Disposable schedule(Runnable task) {
            return after(0, task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return after(unit.toNanos(delay), task);
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return new Periodic(this, task, unit.toNanos(initialDelay), unit.toNanos(period));
        }

        @Override
        public long now(TimeUnit unit) {
            return unit.convert(now, TimeUnit.NANOSECONDS);
        }

        @Override
        public Scheduler.Worker createWorker() {
            return new OneThread(this);
        }

        @Override
        public void dispose() {}
    }

    private static final class Periodic implements Disposable {
        private final Process process;
        private final Runnable task;
        private final long period;
        private Disposable next;
        private boolean disposed;

        Periodic(Process process, Runnable task, long initialDelay, long period) {
            this.process = process;
            this.task = task;
            this.period = period;
            this.next = process.after(initialDelay, this::tick);
        }

        private void tick() {
            task.run();
            if (!disposed) {
                next = process.after(period, this::tick);
            }
        }

        @Override
        public void dispose() {
            disposed = true;
            next.dispose();
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }

    /** What is planned here is forgotten when it is disposed. */
    private static final class OneThread implements Scheduler.Worker {
        private final Process process;
        private boolean disposed;

        OneThread(Process process) {
            this.process = process;
        }

        private Runnable unlessDisposed(Runnable task) {
            return () -> {
                if (!disposed) {
                    task.run();
                }
            };
        }

        @Override
        public Disposable schedule(Runnable task) {
            return process.after(0, unlessDisposed(task));
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return process.after(unit.toNanos(delay), unlessDisposed(task));
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return process.schedulePeriodically(unlessDisposed(task), initialDelay, period, unit);
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
}
