package io.broccoli.hostile;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** A scheduler in virtual time. */
final class VirtualScheduler implements Scheduler {

    /** Where what is scheduled runs. */
    enum Mode {
        /** In an event of its own. */
        EVENT,
        /** At once, on the thread that schedules it, as with {@code Schedulers.immediate()}. */
        AT_ONCE,
        /** In an event of its own, on another real thread. */
        THREAD
    }

    private final VirtualTime time;
    private final Mode mode;
    private final @Nullable Lockstep threads; // if they are wanted

    VirtualScheduler(VirtualTime time, Mode mode, @Nullable Lockstep threads) {
        this.time = time;
        this.mode = mode;
        this.threads = threads;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return new Line().schedule(task, delay, unit);
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(time.now(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Worker createWorker() {
        return new Line();
    }

    @Override
    public void dispose() {
        // as long as the world
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return new Line().schedulePeriodically(task, initialDelay, period, unit);
    }

    /** One thing after the other: also where one of them parks. */
    private final class Line implements Scheduler.Worker {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private boolean busy;
        private boolean disposed;

        @Override
        public Disposable schedule(Runnable task) {
            return schedule(task, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            if (mode == Mode.AT_ONCE && delay <= 0) {
                task.run();
                return Disposables.disposed();
            }
            return time.after(unit.toNanos(delay), () -> {
                if (!disposed) {
                    waiting.add(task);
                    advance();
                }
            });
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            Disposable.Swap next = Disposables.swap();
            next.replace(schedule(() -> tick(next, task, period, unit), initialDelay, unit));
            return next;
        }

        private void tick(Disposable.Swap next, Runnable task, long period, TimeUnit unit) {
            task.run();
            if (!next.isDisposed()) {
                next.replace(schedule(() -> tick(next, task, period, unit), period, unit));
            }
        }

        private void advance() {
            Runnable next;
            while (!busy && (next = waiting.poll()) != null) {
                Runnable task = next;
                if (mode == Mode.THREAD && threads != null) {
                    busy = true;
                    threads.run(() -> time.guarded(task), this::done);
                } else {
                    time.guarded(task);
                }
            }
        }

        private void done() {
            busy = false;
            advance();
        }

        @Override
        public void dispose() {
            disposed = true;
            waiting.clear();
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }
}
