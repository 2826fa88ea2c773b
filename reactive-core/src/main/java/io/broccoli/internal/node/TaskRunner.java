package io.broccoli.internal.node;

import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskDefinition;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs one task on workers: takes its steps, waits for what they give, and hands the task back with its outcome, once. Whatever
 * happens, the worker is released.
 */
final class TaskRunner implements Ending, NodeTask.Running, SubTasks.Owner {

    private static final AtomicReferenceFieldUpdater<TaskRunner, WorkerLease> LEASE =
            AtomicReferenceFieldUpdater.newUpdater(TaskRunner.class, WorkerLease.class, "lease");

    private final NodeTask task;
    private final RunServices services;
    private final TaskRun run;
    private final Consumer<NodeTask> completed;
    private final long startedAt;
    private volatile @Nullable Awaiting awaited;
    private volatile @Nullable WorkerLease lease; // the last one; written before it is entered
    private volatile boolean stopping;
    private volatile long stoppedAt; // if it is told to stop

    /**
     * @param functions as they are when it begins
     * @param maxResult the largest result that can be sent, in bytes
     * @param completed hears of the task when it has its outcome, on any thread
     */
    TaskRunner(
            NodeTask task,
            RunServices services,
            IntFunction<@Nullable TaskDefinition> functions,
            int maxResult,
            Consumer<NodeTask> completed) {
        this.task = task;
        this.services = services;
        this.run = new TaskRun(task, services, functions, maxResult, this);
        this.completed = completed;
        this.startedAt = services.limit().isOn() ? services.context().clock().getAsLong() : 0;
    }

    /** On the worker of the lease. */
    void start(WorkerLease first) {
        drive(first, null);
    }

    // ---- steps

    /** @param waited what it goes on with; null: it begins */
    private void drive(WorkerLease with, @Nullable Awaiting waited) {
        holds(with);
        boolean kept = false;
        try {
            kept = follow(with, next(with, waited));
        } finally {
            if (!kept) {
                with.release();
            }
        }
    }

    @Override
    public void holds(WorkerLease with) {
        LEASE.lazySet(this, with);
        with.heldBy(this);
    }

    /** Takes a step, in which foreign code may run. */
    private Step next(WorkerLease with, @Nullable Awaiting waited) {
        with.enter();
        try {
            return waited == null ? run.begin() : goOn(waited);
        } finally {
            with.exit();
        }
    }

    /** @return whether the task keeps the worker */
    private boolean follow(WorkerLease with, Step first) {
        Step step = first;
        while (true) {
            if (step instanceof Step.Done done) {
                end(done);
                return false;
            }
            if (step instanceof Step.Subscribe subscribe) {
                services.feeds().subscribe(task, this, subscribe);
                return false;
            }
            if (step instanceof Step.Items items) {
                services.fluxes().begin(items, task, this, with);
                return true;
            }
            Awaiting waiting = new Awaiting(this, with, services.context().boundary());
            awaited = waiting;
            if (task.isStopped()) { // by who did not see it yet
                waiting.cancelAwaiting();
            }
            Step.Await await = (Step.Await) step;
            if (!ended(with, waiting, await)) {
                // A worker that only waits for sub-tasks takes other tasks.
                return !(run.hasSubTasks() && waiting.claimWorker());
            }
            if (!waiting.claimWorker()) { // it had sub-tasks for a moment, and the worker is given away
                resumed(waiting);
                return true;
            }
            step = next(with, waiting);
        }
    }

    private boolean ended(WorkerLease with, Awaiting waiting, Step.Await await) {
        with.enter();
        try {
            return waiting.await(await.publisher());
        } finally {
            with.exit();
        }
    }

    private Step goOn(Awaiting waiting) {
        if (waiting.isCancelled()) {
            return Step.Done.ABORTED;
        }
        try {
            return run.resume(waiting.value());
        } catch (ForeignFailure failed) {
            return run.failed(failed);
        }
    }

    /** The awaited publisher ended; called on its thread. */
    void resumed(Awaiting waiting) {
        if (waiting.claimWorker()) {
            waiting.lease().run(with -> drive(with, waiting));
        } else {
            services.workers().resume(with -> drive(with, waiting));
        }
    }

    @Override
    public void releaseWorker() {
        Awaiting waiting = awaited;
        if (waiting != null && waiting.claimWorker()) {
            waiting.lease().release();
        }
    }

    // ---- ends

    @Override
    public void end(Step.Done done) {
        run.endSubTasks();
        if (task.end(done.status(), done.payload())) {
            completed.accept(task);
        }
    }

    @Override
    public Step.Done failed(ForeignFailure failed) {
        return run.failed(failed);
    }

    @Override
    public Step.Done failed(ForeignFailure failed, int step) {
        return run.failed(failed, step);
    }

    @Override
    public Step.Done failed(FailureKind kind, String message) {
        return run.failed(kind, message);
    }

    @Override
    public void endSubTasks() {
        run.endSubTasks();
    }

    /** Stops waiting for a publisher, if it does, interrupts code that blocks, and cancels what the task sent out itself. */
    @Override
    public void stop() {
        if (!stopping) {
            stoppedAt = services.context().clock().getAsLong();
            stopping = true;
        }
        endSubTasks();
        Awaiting waiting = awaited;
        if (waiting != null) {
            waiting.cancelAwaiting();
        }
        WorkerLease current = lease;
        if (current != null) {
            current.interrupt();
        }
    }

    // ---- limits, on the executor

    @Override
    public void abort() {
        end(Step.Done.ABORTED);
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    @Override
    public long stoppingFor(long now) {
        return stopping ? now - stoppedAt : 0;
    }

    @Override
    public void exceeds(TaskLimit limit, long now) {
        if (!stopping && !task.isGiving() && now - startedAt >= limit.nanos()) {
            end(run.failed(
                    FailureKind.TIMEOUT, limit.exceeded(services.context().member())));
            task.stop();
        }
    }

    /** For messages. */
    @Override
    public String toString() {
        return task.toString();
    }
}
