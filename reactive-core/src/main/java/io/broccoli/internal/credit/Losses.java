package io.broccoli.internal.credit;

import io.broccoli.internal.base.FrameLimit;

/**
 * How often one task, result or item was lost in frames that may have been too large for the network. Twice is no chance: then
 * frames are made smaller. If it cannot be sent in a smaller frame, and was lost for a lease while smaller frames arrived, it cannot
 * be sent at all.
 */
final class Losses {

    private static final int NO_CHANCE = 2;

    /** In a lease, of what is sent again after a second at the latest. */
    private static final int HOPELESS = 5;

    private int count;
    private long since; // the first of these was sent

    /**
     * It was lost.
     *
     * @param frame the size of the frame that it was lost in, in bytes
     * @param alone how large a frame must be at least that carries it
     * @param sentAt when that frame was sent
     * @return whether it is not to be sent any more
     */
    boolean lost(int frame, int alone, FrameLimit limit, long sentAt, long now) {
        if (frame <= FrameLimit.LEAST) {
            return false;
        }
        if (count == 0 || limit.carries(frame, since)) {
            count = 0;
            since = sentAt;
        }
        if (++count < NO_CHANCE) {
            return false;
        }
        limit.lost(frame, now);
        if (alone > limit.most(now) && count >= HOPELESS && now - since >= Timing.LEASE) {
            limit.refuse(alone, now);
            return true;
        }
        return false;
    }
}
