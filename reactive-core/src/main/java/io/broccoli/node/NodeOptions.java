package io.broccoli.node;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Site;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The size of a node, and its site. Immutable.
 *
 * <p>The constructor and the {@code with} methods throw an {@link IllegalArgumentException} if a value is out of range,
 * or if the queue, workers, {@code maxTask} and {@code ringBytes} exceed the memory budget.
 *
 * @param queue places for waiting tasks; not negative. Default 1,024 less the workers
 * @param workers most tasks that run at once; at least 1. Default one for each processor, at most 64
 * @param maxTask the largest task that is accepted, in bytes; at least 64. Default 65,536
 * @param ringBytes bytes of results that are remembered for producers that ask again. Default 4 MiB
 * @param maxLinks most producers that are served at once; at least 1. Default 4,096
 * @param maxSubscribers most subscriptions of the node's feeds at once. They take no place of the queue. Default 256
 * @param memoryBudget most bytes of (queue + workers) x maxTask + ringBytes. Default 256 MiB. Nothing is allocated in
 *     advance
 * @param site the location and labels of the node; see {@code Router.label} and {@code Router.nearest}
 * @param workerScheduler where tasks run; empty selects threads of the node's own, one for each worker, which may block
 * @param maxWeight what a member may weigh at most among those that want more than the node has, whatever it announces
 *     ({@link io.broccoli.cluster.ClusterOptions#withWeight}); 1 to 16. Default 16: members are trusted to say what they weigh. With 1
 *     all members count the same
 * @param taskLimit the longest time that a task may run, until it has its result or the publisher of its results; zero, the default, is
 *     no limit. The node checks it once a second. A task that runs longer fails with TIMEOUT and is told to stop: its publisher is
 *     cancelled, blocking code is interrupted. A worker whose code does not return 2 s later counts as stuck, and another one takes its
 *     place; at most as many workers are replaced as the node has
 */
public record NodeOptions(
        int queue,
        int workers,
        int maxTask,
        int ringBytes,
        int maxLinks,
        int maxSubscribers,
        int maxWeight,
        long memoryBudget,
        Site site,
        Optional<Scheduler> workerScheduler,
        Duration taskLimit) {

    /** The defaults above: 1,024 places in all. */
    public static final NodeOptions DEFAULTS = defaults(Runtime.getRuntime().availableProcessors());

    public NodeOptions {
        if (queue < 0 || workers < 1) {
            throw new IllegalArgumentException(
                    "a node needs at least one worker and a queue that is not negative: queue " + queue + ", workers "
                            + workers);
        }
        if (maxSubscribers < 0) {
            throw new IllegalArgumentException("maxSubscribers must not be negative: " + maxSubscribers);
        }
        if (maxWeight < 1 || maxWeight > Frame.MOST_WEIGHT) {
            throw new IllegalArgumentException("maxWeight is 1 to " + Frame.MOST_WEIGHT + ", not " + maxWeight);
        }
        if (maxTask < 64 || maxLinks < 1 || ringBytes < 0) {
            throw new IllegalArgumentException("maxTask " + maxTask + " is below 64, maxLinks " + maxLinks
                    + " below 1 or ringBytes " + ringBytes + " below 0");
        }
        boolean somewhere = site.latitude() != null || site.longitude() != null;
        if (somewhere && site.point().isEmpty()) {
            throw new IllegalArgumentException(
                    "the site of a node has a latitude of -90 to 90 degrees and a longitude of"
                            + " -180 to 180, or neither: latitude " + site.latitude() + ", longitude "
                            + site.longitude());
        }
        if (taskLimit.isNegative()) {
            throw new IllegalArgumentException("the task limit is negative: " + taskLimit);
        }
        long needed = ((long) queue + workers) * maxTask + ringBytes;
        if (needed > memoryBudget) {
            throw new IllegalArgumentException(
                    "(queue " + queue + " + workers " + workers + ") x maxTask " + maxTask + " + ring " + ringBytes
                            + " = " + needed + " bytes are more than the memory budget of " + memoryBudget);
        }
    }

    private static NodeOptions defaults(int processors) {
        int workers = Math.min(processors, 64);
        return new NodeOptions(
                1024 - workers,
                workers,
                64 * 1024,
                4 << 20,
                4096,
                256,
                Frame.MOST_WEIGHT,
                256L << 20,
                Site.UNKNOWN,
                Optional.empty(),
                Duration.ZERO);
    }

    /** The values of options, while one of them is changed. */
    private static final class Draft {
        private int queue;
        private int workers;
        private int maxTask;
        private int ringBytes;
        private int maxLinks;
        private int maxSubscribers;
        private int maxWeight;
        private long memoryBudget;
        private Site site;
        private Optional<Scheduler> workerScheduler;
        private Duration taskLimit;

        private Draft(NodeOptions from) {
            queue = from.queue;
            workers = from.workers;
            maxTask = from.maxTask;
            ringBytes = from.ringBytes;
            maxLinks = from.maxLinks;
            maxSubscribers = from.maxSubscribers;
            maxWeight = from.maxWeight;
            memoryBudget = from.memoryBudget;
            site = from.site;
            workerScheduler = from.workerScheduler;
            taskLimit = from.taskLimit;
        }
    }

    private NodeOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new NodeOptions(
                draft.queue,
                draft.workers,
                draft.maxTask,
                draft.ringBytes,
                draft.maxLinks,
                draft.maxSubscribers,
                draft.maxWeight,
                draft.memoryBudget,
                draft.site,
                draft.workerScheduler,
                draft.taskLimit);
    }

    /** The capacity C: queue + workers. */
    public int capacity() {
        return queue + workers;
    }

    /** Sets the places for waiting tasks. */
    public NodeOptions withQueue(int value) {
        return with(draft -> draft.queue = value);
    }

    /** Sets the most tasks that run at once. */
    public NodeOptions withWorkers(int value) {
        return with(draft -> draft.workers = value);
    }

    /** Sets the largest task that is accepted, in bytes. */
    public NodeOptions withMaxTask(int value) {
        return with(draft -> draft.maxTask = value);
    }

    /** Sets the bytes of results that are remembered. */
    public NodeOptions withRingBytes(int value) {
        return with(draft -> draft.ringBytes = value);
    }

    /** Sets the most producers that are served at once. */
    public NodeOptions withMaxLinks(int value) {
        return with(draft -> draft.maxLinks = value);
    }

    /** Sets the most subscriptions of the node's feeds at once; 0 refuses all. */
    public NodeOptions withMaxSubscribers(int value) {
        return with(draft -> draft.maxSubscribers = value);
    }

    /** Sets what a member may weigh at most, whatever it announces; with 1 all members count the same. */
    public NodeOptions withMaxWeight(int value) {
        return with(draft -> draft.maxWeight = value);
    }

    /** Sets the most bytes that tasks and remembered results may take. */
    public NodeOptions withMemoryBudget(long value) {
        return with(draft -> draft.memoryBudget = value);
    }

    /** Sets the location and labels. */
    public NodeOptions withSite(Site value) {
        return with(draft -> draft.site = value);
    }

    /**
     * Runs tasks on the threads on which they arrive, usually the network's. Use it only if all tasks take
     * microseconds. Without the hand-over to a worker thread, a single task takes half the time, and a stream is
     * several times as fast. A task that blocks or computes for long stops the whole node, and all members that share
     * its threads.
     */
    public NodeOptions withoutWorkerThreads() {
        return withWorkerScheduler(Schedulers.immediate());
    }

    /** Sets the longest time that a task may run; zero is no limit. */
    public NodeOptions withTaskLimit(Duration value) {
        return with(draft -> draft.taskLimit = value);
    }

    /**
     * Sets the scheduler on which tasks run and sources are subscribed and requested. For example a virtual one in
     * tests.
     */
    public NodeOptions withWorkerScheduler(Scheduler value) {
        return with(draft -> draft.workerScheduler = Optional.of(value));
    }
}
