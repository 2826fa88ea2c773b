package io.broccoli.internal.node;

import io.broccoli.internal.boundary.WorkerThread;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One worker of a node: a thread that takes what waits, one after another, and is leased to each. */
final class Worker {

    private final WorkerThread thread;
    private final boolean own;
    private final Workers workers;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final ThreadActions actions; // bounded by the steps of the lease that is out
    private final Runnable run = this::run;
    private volatile boolean replaced;
    private volatile boolean stuck;

    /** @param own whether nobody else uses the thread */
    Worker(WorkerThread thread, boolean own, Workers workers) {
        this.thread = thread;
        this.actions = new ThreadActions(thread);
        this.own = own;
        this.workers = workers;
    }

    /** @return whether it was idle, and looks for work now */
    boolean wake() {
        if (busy.get() || !busy.compareAndSet(false, true)) {
            return false;
        }
        goOn();
        return true;
    }

    /** Takes what waits, on its thread, when that comes to it. */
    void goOn() {
        schedule(run);
    }

    /** Runs an action on its thread, once. */
    void schedule(Runnable action) {
        noteRefusal(actions.schedule(action));
    }

    /** To be called once in a while: what the scheduler refused, or took and lost, is scheduled again. */
    void tend() {
        noteRefusal(actions.tend());
    }

    private void noteRefusal(@Nullable String why) {
        if (why != null) {
            workers.refused(why);
        }
    }

    boolean isAwaited() {
        return actions.areAwaited();
    }

    /** Takes what waits, until nothing does or the lease of one is kept. */
    void run() {
        while (true) {
            if (stuck && cameBack()) {
                return;
            }
            Consumer<WorkerLease> step = workers.nextStep();
            NodeTask task = step == null ? workers.nextTask() : null;
            boolean goesOn;
            if (step != null) {
                goesOn = new WorkerLease(this).step(step);
            } else if (task != null) {
                goesOn = new WorkerLease(this).begin(task);
            } else {
                goesOn = hasMore();
            }
            if (!goesOn) {
                return;
            }
        }
    }

    /** Nothing waited: it is idle, unless something has come since, and nobody else woke it for that. */
    private boolean hasMore() {
        busy.set(false);
        return !workers.isIdle() && busy.compareAndSet(false, true);
    }

    /**
     * Foreign code returned after all.
     *
     * @return whether another worker has taken its place
     */
    private boolean cameBack() {
        if (replaced) {
            thread.dispose(); // before it counts: whoever is replaced next needs the thread
        }
        stuck = false;
        workers.cameBack(this);
        return replaced;
    }

    void begin(NodeTask task, WorkerLease lease) {
        workers.begin(task, lease);
    }

    /** Foreign code runs for a task that was told to stop. */
    void watch(WorkerLease lease) {
        workers.watch(lease);
    }

    boolean isOwn() {
        return own;
    }

    boolean isReplaced() {
        return replaced;
    }

    boolean isStuck() {
        return stuck;
    }

    /**
     * Foreign code does not return. Called while it is known not to have returned.
     *
     * @param replaces whether another worker takes its place: then its thread ends when the code returns
     */
    void giveUp(boolean replaces) {
        replaced = replaces;
        stuck = true;
    }

    void dispose() {
        thread.dispose();
    }
}
