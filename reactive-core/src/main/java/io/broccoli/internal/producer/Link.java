package io.broccoli.internal.producer;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.FrameLimit;
import io.broccoli.internal.credit.CreditLink;
import io.broccoli.internal.credit.LinkEvents;
import io.broccoli.internal.credit.Timing;
import io.broccoli.place.Point;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** The link of this member to one node: its state, its credit, and what the node offers. */
public final class Link implements LinkEvents<Errand> {

    /** How a member stands to a node. Work may wait for an {@link #ACTIVE} one only. */
    enum State {
        /** Nothing is known of it yet. */
        ABSENT,
        /** It did not know a number that it had announced: it was asked to announce itself again. */
        ASKED,
        ACTIVE,
        /** It was asked and did not answer for a lease, though it is announced: its link asks on, until it answers. */
        STALLED,
        /** It takes nothing more, and answers what it has. */
        DRAINING,
        /** It left, or vanished. Should it come back in the same life, it must be told that this link was given up. */
        GIVEN_UP
    }

    private static final int BYTES_OF_A_RANGE = 18; // at most, with some left for the head of the frame

    final CreditLink<Errand> credit;
    private final Pace pace = new Pace();
    private final LinkEvents<Errand> notes;
    private final Consumer<Link> busy;
    private final ObjLongConsumer<String> echoes;
    private State state = State.ABSENT;
    private NodeInfo node;
    private @Nullable Point place; // of the node; null if it is not known
    private Offer offer;
    private long sendingUntil = Deadline.NEVER; // a frame of tasks is under way, and counts until then; NEVER: none is
    private long forgottenAt = Deadline.NEVER; // by the node, which is gone; NEVER: it is there
    private boolean heard; // in this life of the member
    private long heardAt; // once it was
    private long muteAt; // likewise
    private boolean asking; // and not heard since
    private long askingSince;
    boolean live; // among those that are looked after
    int wanted; // what the lanes ask for, while wants are being worked out
    boolean awaited; // likewise: whether some of that waits, and is not only looked ahead to
    private long keptUntil = Deadline.NEVER; // credit for elements to come; NEVER: none was wanted yet
    private int features;

    /**
     * @param life of this member: its epoch, and the ids of what goes by this link
     * @param notes hear what became of errands
     * @param busy hears that there is something to be told to the node
     * @param echoes hears how long the node took to answer, in nanoseconds
     */
    Link(
            NodeInfo node,
            MemberLife life,
            LinkEvents<Errand> notes,
            Consumer<Link> busy,
            ObjLongConsumer<String> echoes) {
        this.node = node;
        this.offer = new Offer(node);
        this.notes = notes;
        this.busy = busy;
        this.echoes = echoes;
        this.credit = new CreditLink<>(life.epoch(), life::idBlock, this);
    }

    // ---- transitions

    /** What it announces tells nothing of whether it answers: it stays stalled in the same life. */
    void announced(NodeInfo newer, int newFeatures) {
        boolean drains = newer.state() == NodeState.DRAINING;
        if (drains) {
            become(State.DRAINING, newer);
        } else if (state == State.STALLED && newer.bootEpoch() == node.bootEpoch()) {
            become(State.STALLED, newer);
        } else {
            become(State.ACTIVE, newer);
        }
        features = newFeatures;
        offer = new Offer(newer);
        credit.mostRanges(Math.max(1, Math.min(FrameLimit.LEAST, newer.maxFrame()) / BYTES_OF_A_RANGE));
        pace.workers(newer.workers());
        credit.draining(drains);
        place = newer.site().point().orElse(null);
    }

    /** It takes nothing though it says so: the router passes it over until it answers. */
    void stalls() {
        if (state == State.ACTIVE) {
            become(State.STALLED, node);
        }
    }

    /** It does not know a number that it announced: nothing more is sent until it is {@link #announced} again. */
    void numbersAreStale() {
        if (state == State.ACTIVE || state == State.STALLED) {
            become(State.ASKED, node);
        }
    }

    /**
     * Something came from it.
     *
     * @return whether it was stalled
     */
    boolean hears(long now) {
        heard = true;
        heardAt = now;
        asking = false;
        muteAt = Deadline.after(now, Timing.LEASE);
        if (state != State.STALLED) {
            return false;
        }
        become(State.ACTIVE, node);
        return true;
    }

    /** The node left, or vanished. The link stays known for a while. */
    void givesUp(long now) {
        become(State.GIVEN_UP, node);
        forgottenAt = Deadline.after(now, 2 * Timing.LEASE);
        asking = false;
        credit.gone();
    }

    private void become(State next, NodeInfo of) {
        state = next;
        if (next != State.GIVEN_UP) {
            forgottenAt = Deadline.NEVER;
        }
        node = of.withState(
                switch (next) {
                    case ABSENT, ASKED, ACTIVE -> NodeState.ACTIVE;
                    case STALLED -> NodeState.STALLED;
                    case DRAINING -> NodeState.DRAINING;
                    case GIVEN_UP -> NodeState.GONE;
                });
    }

    // ---- how it stands

    State state() {
        return state;
    }

    boolean isActive() {
        return state == State.ACTIVE;
    }

    boolean isStalled() {
        return state == State.STALLED;
    }

    boolean isGivenUp() {
        return state == State.GIVEN_UP;
    }

    /** Whether the node has forgotten this link for sure. */
    boolean isForgotten(long now) {
        return Deadline.isOver(forgottenAt, now);
    }

    /** Whether it was asked, and nothing came for a lease. */
    boolean isMute(long now) {
        return credit.isSilent() && (!heard || Deadline.isOver(muteAt, now));
    }

    /** Whether something came from it in this time, in nanoseconds. */
    boolean isHeardWithin(long time, long now) {
        return heard && now - heardAt <= time;
    }

    /** Whether anything ever came from it. */
    boolean wasHeard() {
        return heard;
    }

    /** The node is asked for something. */
    void asks(long now) {
        if (!asking) {
            asking = true;
            askingSince = now;
        }
    }

    /** The shortest way there and back lately, in nanoseconds; 0 if it is not known. */
    long wayNanos() {
        return pace.way();
    }

    /** Whether it was asked, and nothing came from it since. */
    boolean isAsking() {
        return asking;
    }

    /** For how long that is so, in nanoseconds. */
    long askingFor(long now) {
        return asking ? now - askingSince : 0;
    }

    NodeInfo node() {
        return node;
    }

    String name() {
        return node.name();
    }

    @Nullable Point place() {
        return place;
    }

    /** What the node announced ({@link io.broccoli.frame.Frame#COLUMNS}). */
    int features() {
        return features;
    }

    // ---- what it offers

    public boolean offers(List<String> tasks) {
        return offer.has(tasks);
    }

    /** Whether these tasks give the same items each time. */
    boolean replays(List<String> tasks) {
        return offer.replays(tasks);
    }

    /** By which the node knows a task that it offers. */
    int number(String task) {
        return offer.number(task);
    }

    // ---- what is under way

    /** Credit that is worth asking for: no more than there are places. */
    int worthWanting() {
        return Math.min(pace.credit(), Math.max(1, node.queue() + node.workers()));
    }

    /**
     * Tasks that should be sent now: no more than there is credit for, and no more under way than keep the node busy. Numbers count
     * only within the boot epoch whose STATUS named them.
     */
    long usable() {
        return Timing.bootEpochOf(credit.epoch()) == node.bootEpoch()
                ? Math.min(credit.usable(), pace.depth() - pace.ahead(credit.inFlight()))
                : 0;
    }

    /** Whether nothing can be sent now, and no answer is due that would change it: its node has as much as keeps it busy, or no room. */
    boolean givesNothing(long now) {
        boolean isDry = credit.isDry(now) && !(needsMore() && credit.isCreditComing());
        return usable() <= 0 && (credit.usable() > 0 || isDry);
    }

    /** Whether more could be under way, were there more to send: it has credit, or places free to grant it from. */
    boolean couldTakeMore() {
        return usable() > 0 || takesTasks() && needsMore() && credit.hasRoom();
    }

    private boolean takesTasks() {
        return isActive() && !credit.isDraining();
    }

    /** Whether fewer tasks are under way than keep the node busy. */
    private boolean needsMore() {
        return pace.depth() > pace.ahead(credit.inFlight());
    }

    /**
     * Tells how much is wanted: for what waits; and for what may come, unless the node has no place free and credit lies unused. While it
     * has places free, a link that is wanted no more keeps a little for a while: elements that come one by one need not ask each time.
     *
     * @param looksAhead whether a stream may have more elements
     */
    void want(boolean looksAhead, long now) {
        int tasks = credit.mayWant(awaited && needsMore(), now) ? wanted : 0;
        if (tasks > 0) {
            keptUntil = Deadline.after(now, Timing.LEASE);
        } else if (looksAhead && takesTasks() && credit.hasRoom() && !Deadline.isOver(keptUntil, now)) {
            tasks = Math.min(credit.want(), node.workers());
        }
        credit.want(tasks);
        wanted = 0;
        awaited = false;
    }

    /** Whether it {@link #givesNothing} although it is asked: what nobody asks may have room again, or be back. */
    boolean isFull(long now) {
        return givesNothing(now) && (credit.usable() > 0 || credit.want() > 0);
    }

    /**
     * Takes the next seq for an errand. Only while {@link #usable} is above 0.
     *
     * @return the seq
     */
    long launch(Errand errand, Payload body, long now) {
        busy.accept(this);
        boolean busies = errand.items == null || !errand.items.isEndless();
        errand.place = busies ? pace.launch(credit.inFlight()) : 0;
        errand.outcomesBefore = pace.outcomes();
        keptUntil = Deadline.after(now, Timing.LEASE);
        return credit.launch(errand, body, errand.items, now);
    }

    /** The node drops whatever it has of this seq, and its outcome counts no more. */
    void voidSeq(long seq) {
        credit.voidSeq(seq);
        busy.accept(this);
    }

    void results(Frame.Results results, long now) {
        credit.results(results, now);
        pace.told(now);
    }

    /** Once in a re-announce. */
    void tick() {
        pace.tick();
        credit.tick();
    }

    @Override
    public void timed(Errand errand, long sentAt) {
        pace.outcome(errand.place, errand.outcomesBefore, sentAt);
    }

    @Override
    public void echoed(long nanos) {
        pace.echoed(nanos);
        echoes.accept(name(), nanos);
    }

    @Override
    public void outcome(Errand errand, ResultStatus status, Payload payload) {
        notes.outcome(errand, status, payload);
    }

    @Override
    public void item(Errand errand, Payload value) {
        notes.item(errand, value);
    }

    @Override
    public void lost(Errand errand, boolean mayHaveStarted) {
        pace.lost(errand.place);
        notes.lost(errand, mayHaveStarted);
    }

    // ---- frames of tasks

    /** How large they may be: as the node says, and as is known from what was lost. */
    int frameLimit(long now) {
        return Math.min(node.maxFrame(), credit.limitOfFrames().most(now));
    }

    /** Whether a frame of tasks is under way; one of which nothing is heard for a lease counts no more. */
    boolean isSending(long now) {
        return sendingUntil != Deadline.NEVER && !Deadline.isOver(sendingUntil, now);
    }

    void sending(long now) {
        sendingUntil = Deadline.after(now, Timing.LEASE);
    }

    void sent() {
        sendingUntil = Deadline.NEVER;
    }
}
