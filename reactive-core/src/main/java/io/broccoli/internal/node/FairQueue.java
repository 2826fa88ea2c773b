package io.broccoli.internal.node;

import io.broccoli.internal.credit.Account;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that wait for a worker: first in, first out for each producer, and producers in turns by their weights, as start-time fair
 * queuing has it (P. Goyal et al., 1996), each task counting the same. So a producer that keeps much waiting does not delay others.
 * Jobs are put in and taken back by the member's executor, and fetched by any thread. Bounded by the node's credit.
 */
final class FairQueue {

    private static final long STRIDE = 720_720; // what a turn of weight 1 counts; the weights from 1 to 16 divide it

    private static final AtomicLongFieldUpdater<FairQueue> CLOCK =
            AtomicLongFieldUpdater.newUpdater(FairQueue.class, "clock");
    private static final AtomicLongFieldUpdater<Line> TURNS = AtomicLongFieldUpdater.newUpdater(Line.class, "turns");

    private final Map<Account, Line> lineOf = new IdentityHashMap<>(); // of the executor
    private volatile Line[] lines = {}; // written by the executor
    private volatile long clock; // what the line counted whose turn was last

    private static final class Line {
        final Queue<NodeTask> jobs = new ConcurrentLinkedQueue<>();
        final Account account;

        @SuppressWarnings("UnusedVariable") // by its updater
        volatile long turns;

        Line(Account account, long turns) {
            this.account = account;
            this.turns = turns;
        }
    }

    void offer(NodeTask task) {
        Line line = lineOf.get(task.account());
        if (line == null) {
            line = new Line(task.account(), clock);
            lineOf.put(task.account(), line);
            Line[] more = Arrays.copyOf(lines, lines.length + 1);
            more[lines.length] = line;
            lines = more;
        } else if (line.jobs.isEmpty()) {
            TURNS.lazySet(line, Math.max(line.turns, clock)); // turns in which it wanted nothing are not made up for
        }
        line.jobs.offer(task);
    }

    /** @return null if there is none */
    @Nullable NodeTask poll() {
        while (true) {
            Line next = null;
            for (Line line : lines) {
                if (!line.jobs.isEmpty() && (next == null || line.turns < next.turns)) {
                    next = line;
                }
            }
            if (next == null) {
                return null;
            }
            NodeTask task = next.jobs.poll();
            if (task != null) {
                // Two workers at once may count one turn for two: a matter of a turn, not worth a lock.
                long turn = next.turns;
                CLOCK.lazySet(this, turn);
                TURNS.lazySet(next, turn + STRIDE / next.account.weight());
                return task;
            }
        }
    }

    void remove(NodeTask task) {
        Line line = lineOf.get(task.account());
        if (line != null) {
            line.jobs.remove(task);
        }
    }

    boolean isEmpty() {
        for (Line line : lines) {
            if (!line.jobs.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Counts them one by one. */
    int size() {
        int size = 0;
        for (Line line : lines) {
            size += line.jobs.size();
        }
        return size;
    }

    /** Forgets producers of which nothing waits. To be called by the executor, now and then. */
    void prune() {
        if (lineOf.values().removeIf(line -> line.jobs.isEmpty())) {
            lines = Arrays.stream(lines)
                    .filter(line -> lineOf.get(line.account) == line)
                    .toArray(Line[]::new);
        }
    }
}
