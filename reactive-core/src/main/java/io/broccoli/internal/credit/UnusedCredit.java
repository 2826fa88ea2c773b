package io.broccoli.internal.credit;

import io.broccoli.internal.base.Deadline;

/**
 * Whether a link may keep credit for elements that may come. While its node has other places free, it may. Where nothing is free, credit
 * that lay unused for a re-announce is given back. From then on only what waits asks for credit, until some was used or the node has
 * room again.
 */
final class UnusedCredit {

    private int free; // places of the node, as it last told
    private long since; // credit was last used, or came where there was none
    private boolean withheld; // nothing is wanted ahead
    private long askAt = Deadline.NEVER; // what waits asks no sooner; NEVER: at once

    void used(long now) {
        since = now;
        withheld = false;
        askAt = Deadline.NEVER;
    }

    /** Credit came where there was none. If nobody uses it at once, it was asked for in vain. */
    void came(long now) {
        since = now;
        askAt = withheld ? Deadline.after(now, Timing.REANNOUNCE) : Deadline.NEVER;
    }

    /** The node told how many of its places are free. */
    void told(int places) {
        free = places;
        withheld &= places <= 0;
    }

    boolean hasRoom() {
        return free > 0;
    }

    /** @param usable credit that is there */
    boolean mayLookAhead(long usable, long now) {
        withheld |= Deadline.isOver(dueAt(usable), now);
        return !withheld;
    }

    /** Whether credit may be wanted for what waits; it is wanted once in a re-announce where it could not be used. */
    boolean mayAsk(long now) {
        return askAt == Deadline.NEVER || Deadline.isOver(askAt, now);
    }

    /** When it is to be given back; {@link Deadline#NEVER} if it need not be. */
    long dueAt(long usable) {
        return usable > 0 && free <= 0 && !withheld ? Deadline.after(since, Timing.REANNOUNCE) : Deadline.NEVER;
    }
}
