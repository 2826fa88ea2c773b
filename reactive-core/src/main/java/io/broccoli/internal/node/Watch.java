package io.broccoli.internal.node;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Looks after what runs, about each second: ends tasks that run for longer than the node allows, and gives up workers that foreign
 * code does not return to. Belongs to the member's serial executor, but where it is said otherwise.
 */
final class Watch {

    private static final Logger LOG = Loggers.getLogger(Watch.class);

    /** Foreign code that is told to stop, and does not return for this long, does not return. */
    static final long STUCK_AFTER = TimeUnit.SECONDS.toNanos(2);

    private final String member;
    private final TaskLimit limit;
    private final Workers workers;
    private final Runnable allStuck;
    private final Set<NodeTask> limited = ConcurrentHashMap.newKeySet(); // those that run, where there is a limit

    /** @param allStuck hears that no worker is left that takes tasks */
    Watch(String member, TaskLimit limit, Workers workers, Runnable allStuck) {
        this.member = member;
        this.limit = limit;
        this.workers = workers;
        this.allStuck = allStuck;
    }

    /** A task begins to run; from any thread. */
    void began(NodeTask task) {
        if (limit.isOn()) {
            limited.add(task);
        }
    }

    /** A task has its outcome; from any thread. */
    void ended(NodeTask task) {
        if (limit.isOn()) {
            limited.remove(task);
        }
    }

    /** Whether there is anything to look after, also where no producer is left. */
    boolean isNeeded() {
        return limited.iterator().hasNext() // isEmpty counts, and one that is in is counted a moment later
                || workers.areStopping();
    }

    void look(long now) {
        limited.forEach(task -> task.exceeds(limit, now));
        workers.forEachStopping(lease -> {
            WorkerLease.Holder holder = lease.holder();
            if (holder != null && holder.stoppingFor(now) > STUCK_AFTER) {
                giveUp(lease, holder);
            }
        });
    }

    private void giveUp(WorkerLease lease, WorkerLease.Holder holder) {
        String place = lease.callingPlace();
        if (!workers.giveUp(lease)) {
            return; // it is known, or the code returned meanwhile
        }
        LOG.warn(
                "Node {}: a worker is STUCK: the code of {} did not return within {} s after it was told to stop; it is at {}. {}",
                member,
                holder,
                TimeUnit.NANOSECONDS.toSeconds(STUCK_AFTER),
                place,
                lease.worker().isReplaced()
                        ? "Another worker takes its place."
                        : workers.free() + " workers are left, and no more are replaced: restart the node.");
        holder.abort(); // its place is free
        if (workers.free() == 0) {
            allStuck.run();
        }
    }
}
