package io.broccoli.internal.credit;

/**
 * Numbers the links of one life of a node. A link epoch is the boot epoch and such a number, in {@link Timing#EPOCH_BITS} bits.
 *
 * <p>A link that a producer opens once more in the same life must have a greater number than before: late frames of the former link
 * are told apart by it. The number of a link is therefore the time since the first one, in {@link #TICK}s: half a lease. A link that
 * ended by silence was silent for two ticks, so the next one has a greater number, and nothing needs to be remembered of the former
 * one. A link that is given up without that silence may be one tick ahead of the time, and no more.
 *
 * <p>So numbers are used up by time alone, whatever producers send: they last for more than two years. Then the node
 * {@link #areWorn has to begin a new life}.
 */
final class LinkNumbers {

    static final long TICK = Timing.LEASE / 2;

    /** Instead of a link epoch: there is none to be given now. */
    static final long NONE = 0;

    private static final long LAST = (1L << Timing.EPOCH_BITS) - 1;

    private final long none; // the link epoch with number 0
    private boolean begun;
    private long began;

    LinkNumbers(long bootEpoch) {
        this.none = bootEpoch << Timing.EPOCH_BITS;
    }

    /** The epoch of a link with which no other can be confused. {@link #NONE} when the numbers are used up. */
    long first(long now) {
        long tick = tick(now);
        return tick < LAST ? none + tick : NONE;
    }

    /** The epoch of a link that follows another one of the same producer. {@link #NONE}: not before the next tick. */
    long after(long former, long now) {
        long tick = tick(now);
        long number = Math.max(tick, former - none + 1);
        return number <= Math.min(tick + 1, LAST) ? none + number : NONE;
    }

    /** Whether a former link may still be confused with one that is opened now. */
    boolean isRecent(long former, long now) {
        return former - none >= tick(now);
    }

    /** Whether the numbers are nearly used up. */
    boolean areWorn(long now) {
        return tick(now) >= LAST - 1;
    }

    private long tick(long now) {
        if (!begun) {
            begun = true;
            began = now;
        }
        return 1 + Math.max(0, now - began) / TICK;
    }
}
