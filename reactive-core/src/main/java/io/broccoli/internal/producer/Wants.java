package io.broccoli.internal.producer;

import io.broccoli.cluster.RateLimit;
import java.util.Collection;
import java.util.List;

/**
 * What is wanted of each node: for the elements that wait, and for those that may come within the next round trip. Belongs to the member's
 * serial executor.
 */
final class Wants {

    private static final int MOST_LOOK_AHEAD = 1 << 16;
    private static final int FIRST_FOR_EACH_WORKER = 2;

    private final int offset; // where asking begins: small streams of several members do not all meet at one node
    private final Topology topology;
    private final LiveLinks live;
    private final Launches launches;
    private int lookAhead;
    private boolean looksAhead;
    private boolean starves; // something waits that finds no credit
    private long launchedBefore; // the last re-announce
    private boolean grown; // ever
    private long grownAt;

    Wants(int offset, Topology topology, LiveLinks live, Launches launches) {
        this.offset = offset;
        this.topology = topology;
        this.live = live;
        this.launches = launches;
    }

    /** Credit that was used since the last re-announce. */
    private long used() {
        return launches.launched() - launchedBefore;
    }

    /** Once in a re-announce. */
    void tick() {
        if (used() < lookAhead / 2 && !starves) {
            lookAhead /= 2;
        }
        launchedBefore = launches.launched();
    }

    /**
     * Adds up what is wanted of each link, in {@link Link#wanted}.
     *
     * @return whether something waits
     */
    boolean workOut(Collection<DispatchStream<?, ?>> streams, long now) {
        int room = 0;
        int pending = 0;
        for (DispatchStream<?, ?> stream : streams) {
            room += stream.lookAheadRoom();
            pending += stream.pending();
            if (stream.beginsToWant()) {
                lookAhead = Math.max(lookAhead, first(topology.links()));
            }
        }
        boolean mayGrow = !grown || now - grownAt > live.shortestRoundTrip();
        if (pending > 0 && room > 0 && used() > 0 && mayGrow) {
            grown = true;
            lookAhead = Math.min(MOST_LOOK_AHEAD, Math.max(1, lookAhead * 2));
            grownAt = now;
        }
        looksAhead = room > 0;
        starves = false;
        int ahead = Math.min(lookAhead, room);
        for (DispatchStream<?, ?> stream : streams) {
            int share = room == 0 ? 0 : (int) (((long) ahead * stream.lookAheadRoom() + room - 1) / room);
            RateLimit rate = stream.options().rate();
            boolean mayGo = rate == null || rate.available(now) > 0;
            Lane last = stream.backlog().lastLane();
            int most = stream.worthPreparing();
            for (Lane lane : stream.backlog().lanes()) {
                if (stream.usesCredit(lane)) {
                    int tasks = lane.size() + (lane == last ? share + stream.late() : 0);
                    want(lane, Math.min(tasks, most), mayGo && !lane.isEmpty(), now);
                }
            }
        }
        return pending > 0;
    }

    /** Whether a stream may have more elements than those that wait, and room for them; as it was when it was last worked out. */
    boolean looksAhead() {
        return looksAhead;
    }

    /** Where one element waits, others are behind it: with what a stream begins, all nodes have something to do at once. */
    private static int first(Collection<Link> links) {
        long workers = 0;
        for (Link link : links) {
            workers += link.isActive() ? link.node().workers() : 0;
        }
        return (int) Math.min(MOST_LOOK_AHEAD, FIRST_FOR_EACH_WORKER * workers);
    }

    /**
     * Spreads what a lane wants: over as few links as will do, those that have nothing to give not counted; to each as much as
     * it is good for. None is asked for more than keeps it busy.
     *
     * @param waits whether some of the tasks wait and may be sent now
     */
    private void want(Lane lane, int tasks, boolean waits, long now) {
        if (tasks == 0) {
            return;
        }
        topology.refresh(lane);
        if (lane.want(tasks, waits, live, now)) {
            return;
        }
        List<Link> candidates = lane.candidates();
        starves |= waits && !candidates.isEmpty();
        int spread = Math.min(tasks, candidates.size());
        long depths = 0;
        int asked = 0;
        int last = 0;
        for (int i = 0; i < candidates.size() && asked < spread; i++) {
            Link link = candidates.get(Math.floorMod(i + offset, candidates.size()));
            last = i;
            if (!link.givesNothing(now)) {
                depths += link.worthWanting();
                asked++;
            }
        }
        for (int i = 0; i <= last && i < candidates.size(); i++) {
            Link link = candidates.get(Math.floorMod(i + offset, candidates.size()));
            int depth = link.worthWanting();
            // Its share, at least 1: whoever answers first must not get all.
            long share = depths == 0 ? tasks : (tasks * (long) depth + depths - 1) / depths;
            link.wanted += (int) Math.max(1, Math.min(share, depth));
            link.awaited |= waits;
            live.accept(link);
        }
    }
}
