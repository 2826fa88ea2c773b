package io.broccoli.internal.base;

import io.broccoli.internal.boundary.Timers;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.concurrent.Queues;

/**
 * Runs tasks one after another, in order, on the thread of whoever brings one while nobody else does: most often there is no hop
 * between threads at all. A thread that would be kept by the tasks of others hands over to the scheduler.
 *
 * <p>What may wait here is bounded by those who bring it: frames by {@link InboxBudget}, the rest by credit and windows.
 */
public final class SerialExecutor implements Executor {

    private static final Logger LOG = Loggers.getLogger(SerialExecutor.class);
    private static final int ROUNDS_ON_FOREIGN_THREADS = 16;

    private final Queue<Runnable> tasks =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Scheduler scheduler;
    private final Runnable settle;
    private @Nullable Thread owner; // plain: a thread that reads itself here wrote it, and has not left yet

    /** @param settle runs whenever the waiting tasks have run, before the thread leaves */
    public SerialExecutor(Scheduler scheduler, Runnable settle) {
        this.scheduler = scheduler;
        this.settle = settle;
    }

    @Override
    public void execute(Runnable task) {
        tasks.offer(task);
        if (waiting.getAndIncrement() == 0) {
            drain(1, ROUNDS_ON_FOREIGN_THREADS);
        }
    }

    /** Whether this thread is running its tasks. */
    public boolean isMine() {
        return owner == Thread.currentThread();
    }

    private void drain(int taken, int most) {
        int missed = taken;
        int rounds = most;
        while (true) {
            owner = Thread.currentThread();
            Runnable task;
            while ((task = tasks.poll()) != null) {
                run(task);
            }
            run(settle);
            owner = null;
            missed = waiting.addAndGet(-missed);
            if (missed == 0) {
                return;
            }
            if (--rounds == 0 && handedOver(missed)) {
                return;
            }
        }
    }

    /** Whether the scheduler goes on; where it refuses, this thread must, for nobody else would. */
    private boolean handedOver(int taken) {
        return Timers.isTaken(scheduler, () -> drain(taken, Integer.MAX_VALUE));
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failed) { // errors of the JVM too: it would never run again
            LOG.error("A task of the member failed; this is a bug", failed);
        }
    }
}
