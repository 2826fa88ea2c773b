package io.broccoli.internal.node;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * A worker, as one task has it: from its first step until the task releases it, whatever happens meanwhile. Steps run on the
 * worker's thread, one after another.
 */
public final class WorkerLease {

    private static final Logger LOG = Loggers.getLogger(WorkerLease.class);
    private static final AtomicIntegerFieldUpdater<WorkerLease> RELEASED =
            AtomicIntegerFieldUpdater.newUpdater(WorkerLease.class, "released");
    private static final AtomicIntegerFieldUpdater<WorkerLease> CODE =
            AtomicIntegerFieldUpdater.newUpdater(WorkerLease.class, "code");

    private static final int OUT = 0; // no foreign code runs
    private static final int INSIDE = 1;
    private static final int MARKED = 2; // inside, and something was done to it: it looks at that before it goes on

    /** The task that has it. */
    interface Holder {

        /** Whether it was told to stop. */
        boolean isStopping();

        /** For how long it was told to, in nanoseconds. */
        long stoppingFor(long now);

        /** Ends the task, as nobody waits for it. */
        void abort();
    }

    private final Worker worker;

    @SuppressWarnings("UnusedVariable") // by its updater
    private volatile int released;

    @SuppressWarnings("UnusedVariable") // by its updater
    private volatile int code = OUT;

    // Plain, as they are written before foreign code is entered, and others read them behind that; a thread that reads
    // itself in the
    // first one has not left its step yet.
    private @Nullable Thread stepping;
    private @Nullable Holder holder;

    private boolean releasedInStep; // of that thread
    private boolean interrupted; // guarded by this

    WorkerLease(Worker worker) {
        this.worker = worker;
    }

    /** Who has it. */
    void heldBy(Holder task) {
        holder = task;
    }

    /** Who has it; null before anybody does. To be read after {@link #isInside}. */
    @Nullable Holder holder() {
        return holder;
    }

    /** Runs a later step on the worker's thread. It must release the lease, or see to it that a later one does. */
    void run(Consumer<WorkerLease> step) {
        worker.schedule(() -> {
            if (step(step)) {
                worker.run();
            }
        });
    }

    /**
     * Runs a step; on the worker's thread.
     *
     * @return whether the step released the lease: then the worker takes what comes next
     */
    boolean step(Consumer<WorkerLease> step) {
        Thread outer = stepping; // where tasks run on the thread that brings them, a step may be inside of another
        stepping = Thread.currentThread();
        try {
            step.accept(this);
        } catch (Throwable bug) {
            failed(bug);
        } finally {
            stepping = outer;
        }
        return isFree();
    }

    /** Begins a task, as the first step. */
    boolean begin(NodeTask task) {
        Thread outer = stepping;
        stepping = Thread.currentThread();
        try {
            worker.begin(task, this);
        } catch (Throwable bug) {
            failed(bug);
        } finally {
            stepping = outer;
        }
        return isFree();
    }

    private void failed(Throwable bug) { // foreign code never gets here with what it throws
        LOG.error("A step of a task failed outside of its handler; this is a bug", bug);
        release();
    }

    private boolean isFree() {
        boolean free = releasedInStep;
        releasedInStep = false;
        return free;
    }

    /** Gives the worker back; from any thread, and any number of times. */
    public void release() {
        if (RELEASED.compareAndSet(this, 0, 1)) {
            if (stepping == Thread.currentThread()) {
                releasedInStep = true; // the worker goes on behind this step
            } else {
                worker.goOn();
            }
        }
    }

    // ---- foreign code

    /** Foreign code begins to run on this thread. */
    void enter() {
        code = INSIDE; // whoever tells the task to stop sees this, or it is seen here that the task is to stop
        Holder task = holder;
        if (task != null && task.isStopping()) {
            worker.watch(this);
        }
    }

    /** It returned: an interruption was for it, and for nothing else. */
    void exit() {
        if (!CODE.compareAndSet(this, INSIDE, OUT)) {
            exitMarked();
        }
    }

    private synchronized void exitMarked() { // not before it is done what it is marked for
        code = OUT;
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
        }
    }

    /** Whether foreign code runs. */
    boolean isInside() {
        return code != OUT;
    }

    /** Keeps foreign code that runs from going on when it returns, until the lock is free; false if none runs. */
    private boolean mark() {
        return CODE.compareAndSet(this, INSIDE, MARKED) || code == MARKED;
    }

    /** The task was told to stop: interrupts foreign code, if any runs, on a thread that is the node's own. */
    synchronized void interrupt() {
        if (mark()) {
            worker.watch(this);
            if (worker.isOwn()) {
                interrupted = true;
                Objects.requireNonNull(stepping).interrupt();
            }
        }
    }

    /** Where foreign code is now, in words. */
    String callingPlace() {
        Thread thread = isInside() ? stepping : null;
        StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        return Arrays.stream(stack)
                .filter(frame ->
                        !frame.getClassName().matches("(java|jdk|sun)\\..*")) // where it waits, not what it waits in
                .findFirst()
                .map(StackTraceElement::toString)
                .orElse("an unknown place");
    }

    /**
     * Foreign code does not return. The worker hears of it before the code can return: it must not take tasks, as if nothing had
     * been, while another one has its place.
     *
     * @return false if the worker knows already, or the code returned meanwhile
     */
    synchronized boolean giveUp(Consumer<Worker> stuck) {
        if (worker.isStuck() || !mark()) {
            return false;
        }
        stuck.accept(worker);
        return true;
    }

    Worker worker() {
        return worker;
    }
}
