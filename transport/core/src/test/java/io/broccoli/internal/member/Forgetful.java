package io.broccoli.internal.member;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** A scheduler that takes one of its tasks and forgets it. */
final class Forgetful implements Scheduler {

    private final Scheduler scheduler;
    private int left;

    /** @param before how many tasks it runs before */
    Forgetful(Scheduler scheduler, int before) {
        this.scheduler = scheduler;
        this.left = before;
    }

    /** Whether it has forgotten one. */
    boolean hasForgotten() {
        return left < 0;
    }

    private Disposable schedule(Worker worker, Runnable task, long delay, TimeUnit unit) {
        return left-- == 0 ? Disposables.single() : worker.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return createWorker().schedule(task);
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
                return Forgetful.this.schedule(worker, task, delay, unit);
            }

            @Override
            public void dispose() {
                worker.dispose();
            }
        };
    }
}
