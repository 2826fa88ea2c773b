package io.broccoli.node;

import io.broccoli.frame.Site;
import java.util.Optional;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The size and place of a node. Immutable.
 *
 * @param queue places for tasks that wait
 * @param workers tasks that run at once
 * @param maxTask the largest task that is taken, in bytes
 * @param ringBytes bytes of results that are remembered for those that ask again
 * @param maxLinks most producers that are served at once
 * @param maxSubscribers most subscribers of its feeds that are served at once, each feed of each counted; they take no other place
 * @param memoryBudget bytes that waiting tasks and remembered results may take at most; checked here
 * @param site where it is
 * @param workerScheduler where tasks run; empty: on threads of the node's own, one for each worker, which may block
 */
public record NodeOptions(
        int queue,
        int workers,
        int maxTask,
        int ringBytes,
        int maxLinks,
        int maxSubscribers,
        long memoryBudget,
        Site site,
        Optional<Scheduler> workerScheduler) {

    /** 1,024 places in all, as many workers as the machine has processors. */
    public static final NodeOptions DEFAULTS = defaults(Runtime.getRuntime().availableProcessors());

    public NodeOptions {
        if (queue < 0 || workers < 1) {
            throw new IllegalArgumentException(
                    "a node has at least one worker and no negative queue: queue " + queue + ", workers " + workers);
        }
        if (maxSubscribers < 0) {
            throw new IllegalArgumentException("a node serves no negative number of subscribers: " + maxSubscribers);
        }
        if (maxTask < 64 || maxLinks < 1 || ringBytes < 0) {
            throw new IllegalArgumentException("maxTask " + maxTask + " is below 64, maxLinks " + maxLinks
                    + " below 1 or ringBytes " + ringBytes + " below 0");
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
                1024 - workers, workers, 64 * 1024, 4 << 20, 4096, 256, 256L << 20, Site.UNKNOWN, Optional.empty());
    }

    /** Places in all: C. */
    public int capacity() {
        return queue + workers;
    }

    public NodeOptions withQueue(int value) {
        return new NodeOptions(
                value, workers, maxTask, ringBytes, maxLinks, maxSubscribers, memoryBudget, site, workerScheduler);
    }

    public NodeOptions withWorkers(int value) {
        return new NodeOptions(
                queue, value, maxTask, ringBytes, maxLinks, maxSubscribers, memoryBudget, site, workerScheduler);
    }

    public NodeOptions withMaxTask(int value) {
        return new NodeOptions(
                queue, workers, value, ringBytes, maxLinks, maxSubscribers, memoryBudget, site, workerScheduler);
    }

    public NodeOptions withRingBytes(int value) {
        return new NodeOptions(
                queue, workers, maxTask, value, maxLinks, maxSubscribers, memoryBudget, site, workerScheduler);
    }

    public NodeOptions withMaxLinks(int value) {
        return new NodeOptions(
                queue, workers, maxTask, ringBytes, value, maxSubscribers, memoryBudget, site, workerScheduler);
    }

    public NodeOptions withMaxSubscribers(int value) {
        return new NodeOptions(
                queue, workers, maxTask, ringBytes, maxLinks, value, memoryBudget, site, workerScheduler);
    }

    public NodeOptions withMemoryBudget(long value) {
        return new NodeOptions(
                queue, workers, maxTask, ringBytes, maxLinks, maxSubscribers, value, site, workerScheduler);
    }

    public NodeOptions withSite(Site value) {
        return new NodeOptions(
                queue, workers, maxTask, ringBytes, maxLinks, maxSubscribers, memoryBudget, value, workerScheduler);
    }

    /**
     * Tasks run on the threads that bring them, most often the network's. For tasks that take microseconds: without the way to a worker
     * and back, a lone one is done in half the time, and a stream of them is several times as fast. A task that blocks or computes for
     * long stops the whole node, and all members that share its threads.
     */
    public NodeOptions withoutWorkerThreads() {
        return withWorkerScheduler(Schedulers.immediate());
    }

    /** Another place for tasks to run, and for sources to be subscribed and asked; in tests a virtual one. */
    public NodeOptions withWorkerScheduler(Scheduler value) {
        return new NodeOptions(
                queue, workers, maxTask, ringBytes, maxLinks, maxSubscribers, memoryBudget, site, Optional.of(value));
    }
}
