package io.broccoli.internal.node;

import java.util.Arrays;
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

    /** The task that has it. */
    interface Holder {

        /** How long it was told to stop, in nanoseconds; 0 if it was not. */
        long stoppingFor(long now);

        /** Ends the task, as nobody waits for it. */
        void abort();
    }

    private final Worker worker;

    @SuppressWarnings("UnusedVariable") // by its updater
    private volatile int released;

    private volatile @Nullable Thread stepping; // while it runs a step
    private boolean releasedInStep; // of that thread
    private volatile @Nullable Holder holder;

    // Guarded by this.
    private @Nullable Thread calling; // while foreign code runs
    private boolean interrupted;

    WorkerLease(Worker worker) {
        this.worker = worker;
    }

    /** Who has it. */
    void heldBy(Holder task) {
        holder = task;
    }

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
        Thread before = stepping; // where tasks run on the thread that brings them, a step may be inside of another
        stepping = Thread.currentThread();
        try {
            step.accept(this);
        } catch (Throwable bug) { // foreign code never gets here with what it throws
            LOG.error("A step of a task failed outside of its handler; this is a bug", bug);
            release();
        } finally {
            stepping = before;
        }
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
    synchronized void enter() {
        calling = Thread.currentThread();
        worker.entered(this);
    }

    /** It returned: an interruption was for it, and for nothing else. */
    synchronized void exit() {
        calling = null;
        worker.exited();
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
        }
    }

    /** Interrupts foreign code, if any runs, on a thread that is the node's own. */
    synchronized void interrupt() {
        Thread thread = calling;
        if (thread != null && worker.isOwn()) {
            interrupted = true;
            thread.interrupt();
        }
    }

    /** Where foreign code is now, in words. */
    String callingPlace() {
        Thread thread;
        synchronized (this) {
            thread = calling;
        }
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
        if (calling == null || worker.isStuck()) {
            return false;
        }
        stuck.accept(worker);
        return true;
    }

    Worker worker() {
        return worker;
    }
}
