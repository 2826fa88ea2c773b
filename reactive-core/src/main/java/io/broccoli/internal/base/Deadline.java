package io.broccoli.internal.base;

import java.time.Duration;

/**
 * The time at which something is due, in nanoseconds of the member's clock. A deadline is made by {@link #after} and read by the
 * other methods. Two deadlines, or a deadline and a time, must not be compared with {@code <}.
 *
 * <p><b>Wrapping.</b> The clock may start anywhere, below zero too, and may pass {@code Long.MAX_VALUE}, as
 * {@link System#nanoTime} may. So two times are compared by the sign of their difference. That sign is right while the times are
 * less than 292 years apart. {@link #after} ensures this: a longer wait than 146 years becomes {@link #NEVER}, so a deadline is
 * still read correctly 146 years after it passed.
 *
 * <p><b>Never.</b> {@link #NEVER} is the one {@code long} that is no time. Each method tests for it before it takes a difference.
 * So {@code NEVER} is later than all deadlines and is never over, whatever the clock shows. {@link #after} returns the
 * nanosecond before where the sum happens to be this value.
 *
 * <p>A deadline is a {@code long} and not an object because there is one for each task and each item.
 */
public final class Deadline {

    /** This time does not come. */
    public static final long NEVER = Long.MIN_VALUE;

    private static final long FARTHEST = Long.MAX_VALUE / 2;
    private static final Duration LONGEST = Duration.ofNanos(FARTHEST);

    private Deadline() {}

    /**
     * The deadline a while from now.
     *
     * @param nanos 0 or less: now; more than 146 years: {@link #NEVER}
     */
    public static long after(long now, long nanos) {
        if (nanos > FARTHEST) {
            return NEVER;
        }
        long time = now + Math.max(0, nanos);
        return time == NEVER ? time - 1 : time;
    }

    /** Whether a wait is so long that its deadline is {@link #NEVER}. */
    public static boolean isForever(Duration wait) {
        return wait.compareTo(LONGEST) > 0;
    }

    /** A wait in nanoseconds; {@code Long.MAX_VALUE} if it {@linkplain #isForever lasts for ever}. */
    public static long nanos(Duration wait) {
        return isForever(wait) ? Long.MAX_VALUE : wait.toNanos();
    }

    /** Whether the deadline has come. */
    public static boolean isOver(long deadline, long now) {
        return deadline != NEVER && now - deadline >= 0;
    }

    public static boolean isBefore(long one, long other) {
        return one != NEVER && (other == NEVER || one - other < 0);
    }

    public static long earlier(long one, long other) {
        return isBefore(one, other) ? one : other;
    }

    public static long later(long one, long other) {
        return isBefore(one, other) ? other : one;
    }

    /** Nanoseconds until the deadline: 0 if it has come, {@code Long.MAX_VALUE} if it does not come. */
    public static long left(long deadline, long now) {
        return deadline == NEVER ? Long.MAX_VALUE : Math.max(0, deadline - now);
    }
}
