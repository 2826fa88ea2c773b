package io.broccoli.dispatch;

import io.broccoli.cluster.Hedging;
import org.jspecify.annotations.Nullable;

/** Sends copies of a stream's late tasks to other nodes, as far as those have room that nobody else needs. */
final class Stragglers {

    /** Elements that are looked at, the oldest first: those that are late are among them. */
    private static final int LOOKED_AT = 256;

    private static final long LEAST_PAUSE = 1_000_000; // between two looks, in nanoseconds

    private final Hedging hedging;
    private final Durations durations = new Durations();
    private long sent;
    private long copies;
    private int late; // without a copy, for lack of credit elsewhere

    Stragglers(Hedging hedging) {
        this.hedging = hedging;
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
    long hedge(@Nullable ElementRun oldest, Links links, long now) {
        late = 0;
        long lateAfter = Math.max(hedging.atLeast().toNanos(), durations.percentile(hedging.percentile()));
        if (lateAfter == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long next = Long.MAX_VALUE;
        int looked = 0;
        for (ElementRun run = oldest; run != null && looked < LOOKED_AT; run = run.next) {
            if (run.isEnded()) {
                continue;
            }
            looked++;
            for (Errand errand = run.errands; errand != null; errand = errand.next) {
                if (errand.link != null && errand.twin == null && errand.items == null) {
                    long due = errand.sentAt + lateAfter;
                    if (due - now > 0) {
                        next = Math.min(next, due);
                    } else {
                        copy(errand, links, now);
                    }
                }
            }
        }
        return next == Long.MAX_VALUE ? next : Math.max(next, now + LEAST_PAUSE);
    }

    private void copy(Errand errand, Links links, long now) {
        Lane lane = errand.lane;
        if (lane == null || copies >= Math.max(1, hedging.budget() * sent)) {
            return;
        }
        links.refresh(lane);
        if (lane.candidates().size() < 2) {
            return;
        }
        Link other = lane.pickBeside(errand.link);
        if (other == null) {
            late++;
        } else {
            copies++;
            links.launch(errand.copy(), other, now);
        }
    }
}
