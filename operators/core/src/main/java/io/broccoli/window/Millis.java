package io.broccoli.window;

import java.time.Duration;

/** Arithmetic of event times, in milliseconds, that is right for each long. */
final class Millis {

    /** Sums of a few durations, each at most this long, do not overflow. */
    static final long LONGEST = 1L << 60;

    private Millis() {}

    /** A duration of whole milliseconds; what is below a millisecond is cut off. */
    static long of(String what, Duration value) {
        if (value.compareTo(Window.LONGEST) > 0 || value.negated().compareTo(Window.LONGEST) > 0) {
            throw new IllegalArgumentException(what + " is at most 2^60 ms, not " + value);
        }
        return value.toMillis();
    }

    static long positive(String what, Duration value) {
        long millis = of(what, value);
        if (millis < 1) {
            throw new IllegalArgumentException(what + " is at least 1 ms, not " + value);
        }
        return millis;
    }

    static long notNegative(String what, Duration value) {
        long millis = of(what, value);
        if (millis < 0) {
            throw new IllegalArgumentException(what + " is not negative, but " + value);
        }
        return millis;
    }

    /** The sum, or the nearest long. */
    static long plus(long time, long duration) {
        long sum = time + duration;
        if (((time ^ sum) & (duration ^ sum)) < 0) {
            return duration < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    /** Compares {@code time + duration}, however large it is, with another time. */
    static int compareSum(long time, long duration, long other) {
        long sum = time + duration;
        if (((time ^ sum) & (duration ^ sum)) < 0) {
            return duration < 0 ? -1 : 1;
        }
        return Long.compare(sum, other);
    }
}
