package io.broccoli.internal.base;

import java.util.concurrent.TimeUnit;

/**
 * How large frames may be that go one way. A broker on that way may drop larger ones, or end the connection at them, and says
 * neither why nor how large they may be. So it is learned from what is lost: frames are filled up to half of the size at which they
 * were lost, and after ten minutes to twice as much again. Whoever sends decides what counts as lost.
 *
 * <p>Written on the member's serial executor; {@link #largest} may be read from any thread.
 */
public final class FrameLimit {

    /** Every network carries frames of this size, in bytes: what is lost in them was not too large. */
    public static final int LEAST = 1_024;

    static final long RAISED_AFTER = TimeUnit.MINUTES.toNanos(10);

    private static final long LATELY = TimeUnit.SECONDS.toNanos(1);
    private static final int NONE = Integer.MAX_VALUE;
    private static final int MOST_KNOWN = 1 << 26; // a limit above it is none

    private int most = NONE;
    private volatile int largest = NONE;
    private long raisedAt = Deadline.NEVER;
    private boolean isNew;
    private int carried; // in the largest frame that arrived lately
    private long carriedAt; // when that was sent

    /** Up to how many bytes a frame is to be filled. One that cannot be divided may be larger, up to {@link #largest}. */
    public int most(long now) {
        if (Deadline.isOver(raisedAt, now)) {
            most = most > MOST_KNOWN / 2 ? NONE : 2 * most;
            largest = largest > MOST_KNOWN / 2 ? NONE : 2 * largest;
            raisedAt = most == NONE ? Deadline.NEVER : Deadline.after(now, RAISED_AFTER);
        }
        return most;
    }

    /** The largest frame of which it is not known that it would be lost, in bytes. */
    public int largest() {
        return largest;
    }

    /** Frames of so many bytes are lost. What can be sent in smaller ones is to be sent in smaller ones. */
    public void lost(int bytes, long now) {
        int half = Math.max(LEAST, bytes / 2);
        if (bytes > LEAST && half < most) {
            most = half;
            raisedAt = Deadline.after(now, RAISED_AFTER);
            isNew = true;
        }
    }

    /** A frame of so many bytes was lost that cannot be divided: no other one as large is to be sent. */
    public void refuse(int bytes, long now) {
        lost(bytes, now);
        largest = Math.max(LEAST, Math.min(largest, bytes - 1));
    }

    /** A frame arrived. */
    public void carried(int bytes, long sentAt) {
        if (bytes >= carried || sentAt - carriedAt > LATELY) {
            carried = bytes;
            carriedAt = sentAt;
        }
    }

    /** Whether a frame at least as large arrived that was sent since then: whatever was lost since was not too large. */
    public boolean carries(int bytes, long since) {
        return carried >= bytes && carriedAt - since >= 0;
    }

    /** Whether it was lowered since this was asked last. */
    boolean isNew() {
        boolean was = isNew;
        isNew = false;
        return was;
    }
}
