package io.broccoli.internal.credit;

import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.FrameLimit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one producer has of a node's places, over all its links: who begins a new link keeps what runs on of the former one. Also how
 * long its credit may lie unused while others wait for places.
 */
final class Share {

    final FrameLimit limitOfFrames = new FrameLimit(); // to the producer
    private final String producer;
    private final Map<String, Share> all;

    @Nullable Account link; // that is open

    boolean fresh; // it got credit when it had none, since this was last looked at
    long dealt; // numbers its last dealing, or when it first wanted a place: of equal shares the smaller is next
    private int held; // places
    private long patience = Timing.PATIENCE;
    private long fencedAt = Deadline.NEVER; // unless a task comes before; NEVER: nobody needs its credit
    private long fencedLink; // that was fenced last, if no task came since in its epoch; 0: none

    /** @param all to leave when nothing is left of it */
    Share(String producer, Map<String, Share> all) {
        this.producer = producer;
        this.all = all;
    }

    String producer() {
        return producer;
    }

    // ---- places

    /** Places that tasks of it hold, those included that run for nobody any more. */
    int held() {
        return held;
    }

    void take() {
        held++;
    }

    void release() {
        held--;
        leaveIfOver();
    }

    /** Its link ended. */
    void close() {
        link = null;
        leaveIfOver();
    }

    private void leaveIfOver() {
        if (link == null && held == 0) {
            all.remove(producer, this);
        }
    }

    // ---- unused credit

    /** A task came. */
    void uses(long now) {
        if (fencedAt != Deadline.NEVER) {
            fencedAt = Deadline.after(now, patience);
        }
    }

    /** Others need the credit that it does not use. To be told about each second. */
    void isNeeded(long now) {
        if (fencedAt == Deadline.NEVER || fresh) {
            fencedAt = Deadline.after(now, patience);
        }
        fresh = false;
    }

    void isNotNeeded() {
        fencedAt = Deadline.NEVER;
    }

    /** Whether its credit is needed, and no task came since a time ago. */
    boolean isIdleFor(long time, long now) {
        return Deadline.isOver(fencedAt, Deadline.after(now, patience - time));
    }

    /** Whether that is so for too long. */
    boolean isOver(long now) {
        return Deadline.isOver(fencedAt, now);
    }

    /** Its link was fenced for that. */
    void fenced(long linkEpoch) {
        fencedLink = linkEpoch;
        fencedAt = Deadline.NEVER;
    }

    /** Tasks of a link that is over came: if it was fenced, its producer is only slow, and gets more time. */
    void cameLate(long linkEpoch) {
        if (fencedLink != 0 && linkEpoch == fencedLink) {
            fencedLink = 0;
            patience = Math.min(2 * patience, Timing.MOST_PATIENCE);
        }
    }
}
