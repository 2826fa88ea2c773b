package io.broccoli.internal.node;

import io.broccoli.internal.boundary.WorkerThread;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a thread of a scheduler has yet to run, each action once: what the scheduler refused, or took and lost, is scheduled again
 * when that is asked for. May be used by any thread; as many wait as were scheduled and did not run.
 */
final class ThreadActions {

    /** How often an action is scheduled again that its thread did not run. */
    private static final int MOST_TIMES = 16;

    private final WorkerThread thread;
    private final Queue<Awaited> awaited = new ConcurrentLinkedQueue<>(); // bounded by who schedules

    /** An action that the thread has yet to run: once, however often it is scheduled. */
    private final class Awaited extends AtomicBoolean implements Runnable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // never serialized
        private final Runnable action;

        private int times; // scheduled again; on the executor only

        Awaited(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                awaited.remove(this);
                action.run();
            }
        }
    }

    ThreadActions(WorkerThread thread) {
        this.thread = thread;
    }

    /**
     * Runs an action, once.
     *
     * @return why the scheduler refused it, in words; null if it was taken, or the thread is disposed
     */
    @Nullable String schedule(Runnable action) {
        Awaited next = new Awaited(action);
        awaited.add(next);
        return schedule(next);
    }

    private @Nullable String schedule(Awaited next) {
        return thread.isDisposed() ? null : thread.schedule(next);
    }

    /**
     * Schedules again what did not run; to be called once in a while, on the executor.
     *
     * @return why the scheduler refused the last one that it refused; null if it took them
     */
    @Nullable String tend() {
        String refused = null;
        for (Awaited each : awaited) {
            if (each.times < MOST_TIMES) {
                each.times++;
                String why = schedule(each);
                refused = why == null ? refused : why;
            }
        }
        return refused;
    }

    boolean areAwaited() {
        return !awaited.isEmpty();
    }
}
