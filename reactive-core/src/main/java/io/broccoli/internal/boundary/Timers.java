package io.broccoli.internal.boundary;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * A user's scheduler that takes each task: one that the user's refuses twice, because it was disposed or is full, goes to Reactor's
 * parallel scheduler, so that no timer of a member is lost. May be used by any thread.
 */
public final class Timers implements Scheduler {

    private static final Logger LOG = Loggers.getLogger(Timers.class);

    private final Scheduler user;
    private final AtomicBoolean told = new AtomicBoolean();

    public Timers(Scheduler user) {
        this.user = user;
    }

    /** Gives a timer up, if it can be; one that rings all the same must find nothing to do. */
    public static void cancel(Disposable timer) {
        try {
            timer.dispose();
        } catch (Throwable thrown) {
            LOG.debug("A timer could not be given up: {}", Thrown.described(thrown));
        }
    }

    /** Hands a task over to a scheduler; false if it refuses. */
    public static boolean isTaken(Scheduler scheduler, Runnable task) {
        try {
            scheduler.schedule(task);
            return true;
        } catch (Throwable thrown) {
            LOG.debug("A task of a member goes on on its thread: no scheduler takes it, {}", Thrown.described(thrown));
            return false;
        }
    }

    private interface Attempt {
        Disposable with(Scheduler scheduler);
    }

    /** Runs once, though a scheduler that took it said that it did not. */
    private static final class Once extends AtomicBoolean implements Runnable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // never serialized
        private final Runnable task;

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                task.run();
            }
        }
    }

    @Override
    public Disposable schedule(Runnable task) {
        Runnable once = new Once(task);
        return attempt(scheduler -> scheduler.schedule(once));
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Runnable once = new Once(task);
        return attempt(scheduler -> scheduler.schedule(once, delay, unit));
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return attempt(scheduler -> scheduler.schedulePeriodically(task, initialDelay, period, unit));
    }

    private Disposable attempt(Attempt attempt) {
        for (int i = 0; i < 2; i++) {
            try {
                @Nullable Disposable taken = attempt.with(user);
                if (taken != null) {
                    return taken;
                }
            } catch (Throwable thrown) {
                if (told.compareAndSet(false, true)) {
                    LOG.warn(
                            "The scheduler {} refused a task: {}; what it refuses twice runs on Reactor's parallel one",
                            user.getClass().getName(),
                            Thrown.described(thrown));
                }
            }
        }
        return attempt.with(Schedulers.parallel());
    }

    @Override
    public long now(TimeUnit unit) {
        try {
            return user.now(unit);
        } catch (Throwable thrown) {
            return unit.convert(System.currentTimeMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** For operators of Reactor; what they schedule is their subscriber's. */
    @Override
    public Worker createWorker() {
        try {
            return user.createWorker();
        } catch (Throwable thrown) {
            return Schedulers.parallel().createWorker();
        }
    }
}
