package io.broccoli.internal.boundary;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** One thread of a scheduler that a node's tasks or sources run on; the scheduler may be a user's, and refuse. */
public final class WorkerThread {

    private final Scheduler.Worker worker;

    private WorkerThread(Scheduler.Worker worker) {
        this.worker = worker;
    }

    /** @throws RuntimeException if the scheduler gives none */
    public static WorkerThread of(Scheduler scheduler) {
        return new WorkerThread(scheduler.createWorker());
    }

    /**
     * Runs an action behind those before it.
     *
     * @return why it will not run, in words; null if it was taken
     */
    public @Nullable String schedule(Runnable action) {
        try {
            worker.schedule(action);
            return null;
        } catch (Throwable once) {
            return again(action);
        }
    }

    /** What is refused twice is refused. An action that was taken all the same must bear to run twice. */
    private @Nullable String again(Runnable action) {
        try {
            worker.schedule(action);
            return null;
        } catch (Throwable thrown) {
            return Thrown.described(thrown);
        }
    }

    public boolean isDisposed() {
        try {
            return worker.isDisposed();
        } catch (Throwable thrown) {
            return false;
        }
    }

    public void dispose() {
        try {
            worker.dispose();
        } catch (Throwable thrown) {
            // nothing of it is used any more
        }
    }
}
