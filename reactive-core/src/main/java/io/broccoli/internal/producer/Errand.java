package io.broccoli.internal.producer;

import io.broccoli.cluster.Run;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.ItemSink;
import io.broccoli.internal.credit.Timing;
import io.broccoli.route.Route;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Work of one element, on its way. It is always in exactly one {@link State}; where it was before is told, whatever that was, when
 * it goes on to another one. All that moves it is here; why it moves is known elsewhere.
 */
public final class Errand {

    /** Where an errand is. */
    enum State {
        /** In a room: for credit, or for an earlier one of its key. */
        WAITING,
        /** In a room, until a time. */
        SLEEPING,
        /** On a link, under a seq that is open. */
        SENT,
        /** It is known how it ended; what that means is worked out when the link is done with its frame. */
        ANSWERED,
        /** In its parent's place at this member's own node. */
        IN_PLACE,
        /** It has its outcome, or nobody wants it any more. */
        ENDED
    }

    private static final WaitingRoom DOOR = errand -> {};

    public final ElementRun run;
    final Work work;
    final Run.Then then;
    final Route route;
    final boolean continues; // a later step: it goes before elements that have not begun

    // Where it is. Nothing else writes these.
    private State state = State.WAITING;
    private WaitingRoom room = DOOR; // while it waits or sleeps
    private @Nullable Link link; // while it is under way
    private long seq; // while it is on a link
    private @Nullable InPlace inPlace; // while it is in its parent's place

    // Its place in that room: written by the room.
    @Nullable ErrandQueue queue;

    @Nullable Errand ahead;

    @Nullable Errand behind;

    Sleepers.@Nullable Nap nap; // while it sleeps

    // What is known of it.
    private @Nullable Errand twin; // its copy on another link

    @Nullable ItemSink items; // where it may give several values

    boolean replays; // what it was sent to last gives the same items each time

    final long since; // when it was submitted
    public long id; // of its first launch
    public long sentAt;
    long place; // among those that were launched on its link; 0 if it does not keep the node busy
    long outcomesBefore; // of its link, when it was launched
    public int attempt = 1;
    int losses; // nodes that were lost with it
    int retries; // after failures

    TaskOutcome.@Nullable Failure<?> lastFailure; // that was tried again

    @Nullable Errand previous; // among those of its run

    @Nullable Errand next;

    /** An errand that is on its way to its first room. */
    Errand(ElementRun run, Work work, Run.Then then, boolean continues, long since) {
        this.run = run;
        this.work = work;
        this.then = then;
        this.route = run.route;
        this.continues = continues;
        this.since = since;
    }

    // ---- transitions

    void waitsIn(WaitingRoom next) {
        leave();
        state = State.WAITING;
        room = next;
    }

    void sleeps(WaitingRoom next) {
        leave();
        state = State.SLEEPING;
        room = next;
    }

    /** Sent by a link that has credit. */
    void sentBy(Link by, Payload body, long now) {
        leave();
        state = State.SENT;
        link = by;
        sentAt = now;
        seq = by.launch(this, body, now);
        if (id == 0) {
            id = by.credit.idOf(seq);
        }
    }

    /** Its link, or its place, told how it ended, and knows it no more. */
    void answered() {
        if (state == State.SENT || state == State.IN_PLACE) {
            state = State.ANSWERED;
            inPlace = null;
        }
    }

    void runsInPlace(InPlace run, Link own) {
        leave();
        state = State.IN_PLACE;
        link = own;
        inPlace = run;
    }

    /** Its outcome counts no more, wherever it is. */
    void ends() {
        leave();
        state = State.ENDED;
    }

    private void leave() {
        switch (state) {
            case WAITING, SLEEPING -> {
                WaitingRoom left = room;
                room = DOOR;
                left.leave(this);
            }
            case SENT -> {
                if (link != null) {
                    link.voidSeq(seq);
                }
            }
            case IN_PLACE -> {
                InPlace left = inPlace;
                inPlace = null;
                if (left != null) {
                    left.drop();
                }
            }
            case ANSWERED, ENDED -> {
                // it is nowhere else any more
            }
        }
        link = null;
    }

    // ---- where it is

    State state() {
        return state;
    }

    boolean hasEnded() {
        return state == State.ENDED;
    }

    boolean isWaiting() {
        return state == State.WAITING || state == State.SLEEPING;
    }

    /** Whether a node has it, or had it until a moment ago. */
    boolean isUnderWay() {
        return link != null;
    }

    /** The link that it is on, or came from; its own node's if it runs in its parent's place. */
    @Nullable Link link() {
        return link;
    }

    /** The lane that it waits in for credit; null if it does not. */
    @Nullable Lane lane() {
        return state == State.WAITING && room instanceof Lane lane ? lane : null;
    }

    boolean isIn(InPlace place) {
        return inPlace == place;
    }

    /** A value of several went on: whoever gives them is told soon that more may come. */
    void itemsTaken() {
        if (inPlace != null) {
            inPlace.asked();
        } else if (state == State.SENT && link != null && items != null && items.hasNews()) {
            link.credit.askSoon();
        }
    }

    /** Whether the node is known to wait for its source: it answers, and was told of items that have not come. */
    boolean isWaiting(long now) {
        if (items == null) {
            return false;
        }
        if (inPlace != null) {
            return items.limit() > items.received();
        }
        Link at = link;
        return state == State.SENT
                && at != null
                && at.isHeardWithin(2 * Timing.REANNOUNCE, now)
                && at.credit.isWaiting(items);
    }

    // ---- copies

    /** A copy, to be sent by another link; the first success of both counts. */
    Errand copy() {
        Errand copy = new Errand(run, work, then, continues, since);
        copy.id = id;
        copy.attempt = attempt;
        copy.losses = losses;
        copy.retries = retries;
        copy.twin = this;
        twin = copy;
        run.add(copy);
        return copy;
    }

    boolean hasCopy() {
        return twin != null;
    }

    /** Ends the tie to its copy; returns it. */
    @Nullable Errand part() {
        Errand other = twin;
        if (other != null) {
            other.twin = null;
            twin = null;
        }
        return other;
    }

    // ---- what is told of it

    TaskInFlight describe(String stream, long now) {
        Duration age = Duration.ofNanos(Math.max(0, now - since));
        Link to = link;
        if (to == null) {
            return new TaskInFlight(stream, task(), TaskInFlight.State.WAITING, "", attempt, age);
        }
        TaskInFlight.State known = state == State.IN_PLACE ? TaskInFlight.State.IN_PLACE : standing(to, now);
        return new TaskInFlight(stream, task(), known, to.name(), attempt, age);
    }

    /** What is known of it on the link that it is on. */
    TaskInFlight.State standing(Link on, long now) {
        return switch (on.credit.standing(seq, now)) {
            case SENT -> TaskInFlight.State.SENT;
            case SEEN -> TaskInFlight.State.SEEN;
            case UNKNOWN -> TaskInFlight.State.UNKNOWN;
        };
    }

    public String task() {
        return work.tasks().size() == 1 ? work.tasks().get(0) : work.tasks().toString();
    }

    /** As they are told with a failure. */
    List<? extends @Nullable Object> arguments() {
        if (work instanceof Work.Call call) {
            return call.args();
        }
        return work instanceof Work.Each each
                ? each.items()
                : ((Work.Chain) work).steps().get(0).args();
    }
}
