package io.broccoli.dispatch;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.credit.CreditLink;
import io.broccoli.credit.Timing;
import io.broccoli.frame.FunctionInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The link of this member to one node: its credit, and the numbers by which the node knows its functions. */
final class Link {

    private static final int BYTES_OF_A_RANGE = 18; // at most, with some left for the head of the frame
    private static final long IDLE = Long.MIN_VALUE;

    final CreditLink<Errand> credit;
    private NodeInfo node;
    private final Map<String, Integer> numbers = new HashMap<>();
    private long sendingSince = IDLE;
    private long goneSince = IDLE;
    private long heardAt = IDLE;
    boolean live; // among those that are looked after
    int wanted; // what the lanes ask for, while wants are being worked out

    private int features;
    private boolean suspended;
    private String lastTask = "";
    private int lastNumber;

    Link(NodeInfo node, CreditLink<Errand> credit) {
        this.credit = credit;
        this.node = node;
    }

    /** What it announces tells nothing of whether it answers: it stays stalled in the same life. */
    void update(NodeInfo newer, int newFeatures) {
        boolean same = newer.bootEpoch() == node.bootEpoch() && newer.state() == NodeState.ACTIVE;
        node = same && isStalled() ? newer.withState(NodeState.STALLED) : newer;
        features = newFeatures;
        suspended = false;
        numbers.clear();
        lastTask = "";
        for (FunctionInfo function : newer.functions()) {
            numbers.put(function.name(), function.number());
        }
        credit.mostRanges(Math.max(1, newer.maxFrame() / BYTES_OF_A_RANGE));
        credit.workers(newer.workers());
        credit.draining(newer.state() == NodeState.DRAINING);
    }

    /**
     * The node left, or vanished. The link stays known for a while: should the node come back in the same life, it must be told
     * that this link was given up.
     */
    void gone(long now) {
        node = node.withState(NodeState.GONE);
        goneSince = now;
        credit.gone();
    }

    /** Whether the node has forgotten this link for sure. */
    boolean isForgotten(long now) {
        return node.state() == NodeState.GONE && now - goneSince > 2 * Timing.LEASE;
    }

    boolean isStalled() {
        return node.state() == NodeState.STALLED;
    }

    /** It takes nothing though it says so: the router passes it over until it answers. Its link asks on. */
    void stall() {
        node = node.withState(NodeState.STALLED);
    }

    /** It answered. */
    void recover() {
        node = node.withState(NodeState.ACTIVE);
    }

    void heard(long now) {
        heardAt = now;
    }

    /** Whether it was asked, and nothing came for a lease. */
    boolean isMute(long now) {
        return credit.isSilent() && (heardAt == IDLE || now - heardAt >= Timing.LEASE);
    }

    /** Whether a frame of tasks is under way; one of which nothing is heard for a lease counts no more. */
    boolean isSending(long now) {
        return sendingSince != IDLE && now - sendingSince < Timing.LEASE;
    }

    void sending(long now) {
        sendingSince = now;
    }

    void sent() {
        sendingSince = IDLE;
    }

    NodeInfo node() {
        return node;
    }

    String name() {
        return node.name();
    }

    boolean isActive() {
        return node.state() == NodeState.ACTIVE && !suspended;
    }

    /** Sends nothing more until a newer STATUS comes. */
    void suspend() {
        suspended = true;
    }

    /** What the node announced ({@link io.broccoli.frame.Frame#COLUMNS}). */
    int features() {
        return features;
    }

    boolean offers(List<String> tasks) {
        for (String task : tasks) {
            if (!numbers.containsKey(task)) {
                return false;
            }
        }
        return true;
    }

    /** Whether these tasks give the same items each time. */
    boolean replays(List<String> tasks) {
        Set<String> replayable = new HashSet<>();
        for (FunctionInfo function : node.functions()) {
            if (function.replayable()) {
                replayable.add(function.name());
            }
        }
        return replayable.containsAll(tasks);
    }

    @SuppressWarnings("ReferenceEquality") // most often it is the same object as before
    int number(String task) {
        if (task == lastTask) {
            return lastNumber;
        }
        Integer number = numbers.get(task);
        if (number == null) {
            throw new IllegalStateException(name() + " does not offer " + task);
        }
        lastTask = task;
        lastNumber = number;
        return number;
    }

    /** Credit that is worth asking for: no more than there are places. */
    int worthWanting() {
        return Math.min(credit.worthWanting(), Math.max(1, node.queue() + node.workers()));
    }

    /** Tasks that should be sent now: numbers count only within the boot epoch whose STATUS named them. */
    long usable() {
        return Timing.bootEpochOf(credit.epoch()) == node.bootEpoch() ? credit.launchable() : 0;
    }
}
