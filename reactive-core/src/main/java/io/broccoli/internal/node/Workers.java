package io.broccoli.internal.node;

import io.broccoli.internal.boundary.WorkerThread;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * The workers of a node. Each is leased to one task at a time, also while its handler's {@code Mono} is under way, unless that
 * waits for sub-tasks. What goes on after that, and sub-tasks in their parent's place, go before tasks that have not begun. The
 * queue is bounded by the node's credit.
 */
public final class Workers {

    private static final Logger LOG = Loggers.getLogger(Workers.class);

    private final FairQueue queue = new FairQueue();
    private final Queue<Consumer<WorkerLease>> begun =
            new ConcurrentLinkedQueue<>(); // bounded by the tasks that have begun, and their depth
    private final AtomicBoolean told = new AtomicBoolean();
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final int count;
    private final Scheduler scheduler;
    private final boolean own;
    private final BiConsumer<NodeTask, WorkerLease> runner;
    private final Set<WorkerLease> stopping = ConcurrentHashMap.newKeySet(); // bounded by the tasks that have begun
    private final AtomicInteger stuck = new AtomicInteger();
    private final AtomicInteger replacements = new AtomicInteger(); // of those that are stuck

    /**
     * @param own whether nobody else uses the scheduler's threads; it has twice as many as there are workers then
     * @param runner runs a task, on a worker's thread; it releases the lease in the end
     */
    public Workers(int count, Scheduler scheduler, boolean own, BiConsumer<NodeTask, WorkerLease> runner) {
        this.count = count;
        this.scheduler = scheduler;
        this.own = own;
        this.runner = runner;
        for (int i = 0; i < count; i++) {
            workers.add(newWorker());
        }
    }

    private Worker newWorker() {
        return new Worker(WorkerThread.of(scheduler), own, this);
    }

    public void offer(NodeTask task) {
        queue.offer(task);
    }

    /** Wakes as many idle workers as there are tasks. */
    public void wake(int tasks) {
        int left = tasks;
        for (int i = 0; i < workers.size() && left > 0; i++) {
            if (workers.get(i).wake()) {
                left--;
            }
        }
    }

    /** Runs a step of a task that has begun on the next free worker, before tasks that have not. May be called from any thread. */
    public void resume(Consumer<WorkerLease> step) {
        begun.offer(step);
        wake(1);
    }

    void remove(NodeTask task) {
        queue.remove(task);
    }

    /** How many have not begun; counts them one by one. */
    int waiting() {
        return queue.size();
    }

    void dispose() {
        workers.forEach(Worker::dispose);
    }

    // ---- as a worker has them

    /** The next step of a task that has begun: a free worker takes it before it begins another task. Null if none waits. */
    @Nullable Consumer<WorkerLease> nextStep() {
        return begun.poll();
    }

    /** The next task that has not begun; null if none waits. It begins with its caller. */
    @Nullable NodeTask nextTask() {
        NodeTask task = queue.poll();
        while (task != null && !task.start()) { // it was withdrawn meanwhile
            task = queue.poll();
        }
        return task;
    }

    void begin(NodeTask task, WorkerLease lease) {
        runner.accept(task, lease);
    }

    boolean isIdle() {
        return queue.isEmpty() && begun.isEmpty();
    }

    /** Foreign code runs for a task that was told to stop; from any thread. */
    void watch(WorkerLease lease) {
        stopping.add(lease);
    }

    void refused(String why) {
        if (told.compareAndSet(false, true)) {
            LOG.warn(
                    "The scheduler of a node's workers, {}, refused a task: {}; it is asked again, once in a second",
                    scheduler.getClass().getName(),
                    why);
        }
    }

    // ---- once in a while, on the executor

    /** Forgets producers of which nothing waits, and schedules again what the scheduler did not run. */
    void tend() {
        queue.prune();
        workers.forEach(Worker::tend);
    }

    /** Whether the scheduler has yet to run something. */
    boolean areAwaited() {
        return workers.stream().anyMatch(Worker::isAwaited);
    }

    /** Whether foreign code runs for tasks that were told to stop, on workers that are not known to be stuck. */
    boolean areStopping() {
        stopping.removeIf(lease -> !lease.isInside() || lease.worker().isStuck());
        return stopping.iterator().hasNext(); // isEmpty counts, and one that is in is counted a moment later
    }

    /**
     * The leases for which foreign code runs though their tasks were told to stop; a lease may be released already, while the code did
     * not return yet.
     */
    void forEachStopping(Consumer<WorkerLease> action) {
        if (areStopping()) {
            stopping.forEach(action);
        }
    }

    /**
     * Foreign code does not return to a worker: another one takes its place, unless as many as there are workers were replaced
     * already, or the threads are not the node's own.
     *
     * @return false if it was known to be stuck, or the code returned meanwhile
     */
    boolean giveUp(WorkerLease lease) {
        boolean replaces = own && replacements.get() < count;
        boolean stands = lease.giveUp(worker -> {
            stuck.incrementAndGet();
            replacements.addAndGet(replaces ? 1 : 0);
            worker.giveUp(replaces);
        });
        if (stands && replaces) {
            Worker fresh = newWorker();
            workers.set(workers.indexOf(lease.worker()), fresh);
            fresh.wake();
        }
        return stands;
    }

    /** A worker that was stuck is none any more; on its thread. */
    void cameBack(Worker worker) {
        stuck.decrementAndGet();
        if (worker.isReplaced()) {
            replacements.decrementAndGet();
        }
    }

    /** Workers that foreign code does not return to. */
    int stuck() {
        return stuck.get();
    }

    /** Workers that take tasks. */
    int free() {
        return (int) workers.stream().filter(worker -> !worker.isStuck()).count();
    }
}
