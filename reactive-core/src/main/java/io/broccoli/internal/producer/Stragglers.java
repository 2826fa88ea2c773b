package io.broccoli.internal.producer;

import io.broccoli.cluster.Hedging;
import io.broccoli.internal.base.Deadline;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends copies of a stream's late tasks to other nodes, as far as those have room that nobody else needs. */
final class Stragglers {

    /** Elements that are looked at, the oldest first: those that are late are among them. */
    private static final int LOOKED_AT = 256;

    private static final long LEAST_PAUSE = 1_000_000; // between two looks, in nanoseconds

    private final Hedging hedging;
    private final long atLeast;
    private final Topology topology;
    private final Launches launches;
    private final Function<Errand, Lane> laneOf;
    private final Durations durations = new Durations();
    private long sent;
    private long copies;
    private int late; // without a copy, for lack of credit elsewhere

    /** @param laneOf the lane that an errand came from */
    Stragglers(Hedging hedging, Topology topology, Launches launches, Function<Errand, Lane> laneOf) {
        this.hedging = hedging;
        this.atLeast = Deadline.nanos(hedging.atLeast());
        this.topology = topology;
        this.launches = launches;
        this.laneOf = laneOf;
    }

    void sent() {
        sent++;
    }

    void ended(long nanos) {
        durations.add(nanos);
    }

    /** Late tasks that no node has room for: they are wanted like any other work. */
    int late() {
        return late;
    }

    /**
     * Copies what is late.
     *
     * @return when to look again
     */
    long hedge(@Nullable ElementRun oldest, long now) {
        late = 0;
        if (!durations.areKnown()) {
            return Deadline.NEVER;
        }
        long lateAfter = Math.max(atLeast, durations.percentile(hedging.percentile()));
        long next = Deadline.NEVER;
        int looked = 0;
        for (ElementRun run = oldest; run != null && looked < LOOKED_AT; run = run.next) {
            if (run.isEnded()) {
                continue;
            }
            looked++;
            for (Errand errand = run.errands; errand != null; errand = errand.next) {
                if (errand.isUnderWay() && !errand.hasCopy() && errand.items == null) {
                    long due = Deadline.after(errand.sentAt, lateAfter);
                    if (Deadline.isOver(due, now)) {
                        copy(errand, now);
                    } else {
                        next = Deadline.earlier(next, due);
                    }
                }
            }
        }
        return next == Deadline.NEVER ? next : Deadline.later(next, Deadline.after(now, LEAST_PAUSE));
    }

    private void copy(Errand errand, long now) {
        if (copies >= Math.max(1, hedging.budget() * sent)) {
            return;
        }
        Lane lane = laneOf.apply(errand);
        topology.refresh(lane);
        if (lane.candidates().size() < 2) {
            return;
        }
        Link other = lane.pickBeside(errand.link());
        if (other == null) {
            late++;
        } else {
            copies++;
            launches.launch(errand.copy(), other, now);
        }
    }
}
