package io.broccoli.hostile;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** The scheduler and the clock that a member is given. They do as they should until one is told not to: then once. */
final class RudeTime implements Scheduler, LongSupplier {

    // Several of these in one world must not bring time-outs near to what comes when they are over.
    private static final long LATE = 200; // milliseconds
    private static final long STILL = 100 * VirtualTime.MILLI;
    private static final long BACK = 100 * VirtualTime.MILLI;

    private final VirtualTime time;
    private final Scheduler scheduler;
    private @Nullable Supplier<? extends Throwable> refusal;
    private @Nullable Supplier<? extends Throwable> fury; // thrown though the task runs
    private boolean lags;
    private boolean loses;

    private long zero;
    private @Nullable Supplier<? extends Throwable> unreadable;
    private long stillUntil = Long.MIN_VALUE;
    private long still;

    RudeTime(VirtualTime time, Scheduler scheduler) {
        this.time = time;
        this.scheduler = scheduler;
    }

    // ---- what it is told

    /** The clock begins there. */
    void beginsAt(long value) {
        zero = value - time.now();
    }

    /** The next task is refused. */
    void refuses(Supplier<? extends Throwable> thrown) {
        refusal = thrown;
    }

    /** The next task is taken, and then something is thrown. */
    void throwsAfter(Supplier<? extends Throwable> thrown) {
        fury = thrown;
    }

    /** The next task runs late. */
    void lags() {
        lags = true;
    }

    /** The next task is taken, and never runs. */
    void loses() {
        loses = true;
    }

    void clockThrows(Supplier<? extends Throwable> thrown) {
        unreadable = thrown;
    }

    void clockGoesBack() {
        zero -= BACK;
    }

    void clockStandsStill() {
        still = reading(); // of a member; who arms a clock does not read it, or hits what another act armed
        stillUntil = time.now() + STILL;
    }

    // ---- the clock

    @Override
    public long getAsLong() {
        Supplier<? extends Throwable> thrown = unreadable;
        if (thrown != null) {
            unreadable = null;
            throw Sneaky.sneak(thrown.get());
        }
        return reading();
    }

    private long reading() {
        return time.now() < stillUntil ? still : zero + time.now();
    }

    // ---- the scheduler

    private Disposable schedule(Scheduler.Worker on, Runnable task, long delay, TimeUnit unit) {
        Supplier<? extends Throwable> thrown = refusal;
        if (thrown != null) {
            refusal = null;
            throw Sneaky.sneak(thrown.get());
        }
        if (loses) {
            loses = false;
            return Disposables.single();
        }
        long late = lags ? LATE : 0;
        lags = false;
        Disposable scheduled = late == 0
                ? on.schedule(task, delay, unit)
                : on.schedule(task, unit.toMillis(delay) + late, TimeUnit.MILLISECONDS);
        thrown = fury;
        if (thrown != null) {
            fury = null;
            throw Sneaky.sneak(thrown.get());
        }
        return scheduled;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(scheduler.createWorker(), task, delay, unit);
    }

    @Override
    public long now(TimeUnit unit) {
        return scheduler.now(unit);
    }

    @Override
    public Worker createWorker() {
        Worker worker = scheduler.createWorker();
        return new Worker() {
            @Override
            public Disposable schedule(Runnable task) {
                return schedule(task, 0, TimeUnit.NANOSECONDS);
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                return RudeTime.this.schedule(worker, task, delay, unit);
            }

            @Override
            public void dispose() {
                worker.dispose();
            }

            @Override
            public boolean isDisposed() {
                return worker.isDisposed();
            }
        };
    }

    @Override
    public void dispose() {
        scheduler.dispose();
    }
}
