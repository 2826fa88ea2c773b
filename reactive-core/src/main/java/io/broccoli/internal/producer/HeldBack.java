package io.broccoli.internal.producer;

import io.broccoli.cluster.RateLimit;
import io.broccoli.cluster.Waits;
import io.broccoli.cluster.Waits.Reason;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Says what holds a stream back. It looks when somebody asks, and keeps nothing between two questions. */
final class HeldBack {

    private final Topology topology;
    private final Reasons reasons;

    HeldBack(Topology topology, Reasons reasons) {
        this.topology = topology;
        this.reasons = reasons;
    }

    /** @param inFlight its tasks at nodes */
    Waits of(DispatchStream<?, ?> stream, int inFlight, long now) {
        RateLimit rate = stream.options().rate();
        Backlog backlog = stream.backlog();
        if (stream.waitsForSubscriber()) {
            return waits(Reason.SUBSCRIBER, "", "outcomes are ready, and the subscriber asks for none");
        }
        if (rate != null && rate.available(now) == 0 && (backlog.pending() > 0 || stream.isHungry())) {
            return waits(Reason.RATE, "", "the rate limit lets no more through: " + rate);
        }
        if (backlog.pending() > 0) {
            return credit(backlog.waitingLane(), now);
        }
        if (backlog.blocked() > 0) {
            Errand oldest = stream.oldestUnderWay();
            return waits(
                    Reason.KEY,
                    nodeOf(oldest),
                    count(backlog.blocked(), "task waits", "tasks wait") + " for earlier elements of "
                            + (backlog.blocked() == 1 ? "its key" : "their keys") + at(oldest, now));
        }
        if (stream.isEager()) {
            return inFlight > 0
                    ? waits(Reason.SOURCE, "", count(inFlight, "node has", "nodes have") + " no sample to give")
                    : waits(Reason.NO_NODE, "", "no node that offers it is there");
        }
        if (stream.isFull() && stream.mayHaveMore()) {
            return window(stream, inFlight, now);
        }
        if (stream.requested() > 0 && stream.mayHaveMore()) {
            return waits(
                    Reason.SOURCE,
                    "",
                    "the source was asked for " + count(stream.requested(), "element", "elements")
                            + " and has not given " + (stream.requested() == 1 ? "it" : "them"));
        }
        if (stream.isHungry()) {
            return credit(backlog.lastLane(), now);
        }
        if (inFlight == 0) {
            return waits(Reason.PAUSE, "", "no task is under way; the next one is due later");
        }
        Errand oldest = stream.oldestUnderWay();
        return waits(
                Reason.NODES,
                nodeOf(oldest),
                "the source has ended, and " + count(inFlight, "task is", "tasks are") + " at nodes" + at(oldest, now));
    }

    // ---- the window

    private Waits window(DispatchStream<?, ?> stream, int inFlight, long now) {
        Lane lane = stream.backlog().lastLane();
        Errand oldest = stream.oldestUnderWay();
        String full = "the window of " + stream.options().window() + " is full: ";
        if (stream.waitsForOldest()) {
            return waits(
                    Reason.WINDOW,
                    nodeOf(oldest),
                    full + count(stream.ended(), "outcome waits", "outcomes wait") + " for an earlier element"
                            + at(oldest, now));
        }
        boolean anyFree = false;
        for (Link link : candidates(lane)) {
            anyFree |= link.couldTakeMore();
        }
        return anyFree
                ? waits(
                        Reason.WINDOW,
                        nodeOf(oldest),
                        full + count(inFlight, "task is", "tasks are") + " at nodes, which could take more")
                : credit(lane, now);
    }

    // ---- the nodes

    private Waits credit(@Nullable Lane lane, long now) {
        if (lane != null) {
            topology.refresh(lane);
        }
        int all = 0;
        int full = 0;
        Link slowest = null;
        for (Link link : candidates(lane)) {
            if (!link.isActive()) {
                continue;
            }
            all++;
            if (link.usable() <= 0) {
                full++;
                boolean slower =
                        slowest == null || link.credit.smoothedRoundTrip() > slowest.credit.smoothedRoundTrip();
                slowest = slower ? link : slowest;
            }
        }
        if (slowest == null) {
            return all > 0
                    ? waits(Reason.CREDIT, "", "no credit is there at this moment, of nodes that have room")
                    : nobody(lane, now);
        }
        long millis = slowest.credit.smoothedRoundTrip() / 1_000_000;
        String slow = all == 1
                ? "node " + slowest.name() + " is full"
                : full + " of " + all + " nodes are full; the slowest is " + slowest.name();
        return waits(
                Reason.CREDIT,
                slowest.name(),
                slow + (millis > 0 ? " (" + millis + " ms from sending a task to its outcome)" : ""));
    }

    private Waits nobody(@Nullable Lane lane, long now) {
        Link stalled = null;
        for (Link link : topology.links()) {
            boolean waits = link.state() == Link.State.STALLED || link.state() == Link.State.ASKED;
            if (waits && (lane == null || Lane.admits(lane.route, link) && link.offers(lane.tasks))) {
                stalled = link;
            }
        }
        String why = lane == null ? "no node that may be used is there" : reasons.notSent(lane, null, now);
        return stalled == null ? waits(Reason.NO_NODE, "", why) : waits(Reason.STALLED, stalled.name(), why);
    }

    private Collection<Link> candidates(@Nullable Lane lane) {
        return lane == null ? topology.links() : lane.candidates();
    }

    // ---- words

    private static Waits waits(Reason reason, String node, String why) {
        return new Waits(reason, node, why);
    }

    private static String nodeOf(@Nullable Errand errand) {
        Link link = errand == null ? null : errand.link();
        return link == null ? "" : link.name();
    }

    private static String at(@Nullable Errand errand, long now) {
        Link link = errand == null ? null : errand.link();
        return errand == null || link == null
                ? ""
                : "; the oldest has been at node " + link.name() + " for "
                        + Math.max(0, now - errand.sentAt) / 1_000_000 + " ms";
    }

    private static String count(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
