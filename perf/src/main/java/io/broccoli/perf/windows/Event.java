package io.broccoli.perf.windows;

import java.time.Duration;

/**
 * A sample of the stream that all contenders get: keys at random, times in milliseconds that rise by 10 microseconds a sample and are
 * up to {@link #DISORDER} behind.
 */
public record Event(int key, long time) {

    public static final Duration SIZE = Duration.ofSeconds(1);
    public static final Duration DISORDER = Duration.ofMillis(50);
    public static final int IN_A_MILLISECOND = 100;
    public static final int IN_A_WINDOW = IN_A_MILLISECOND * 1000; // of all keys

    private static final long BEGAN = 1_700_000_000_000L;

    /** The n-th sample: the same in each process. */
    public static Event of(long n, int keys) {
        long random = n * 0x9E3779B97F4A7C15L;
        random = (random ^ random >>> 32) * 0xD6E8FEB86659FD93L;
        random ^= random >>> 32;
        long behind = (random >>> 40) % (DISORDER.toMillis() + 1);
        return new Event((int) ((random & 0x7FFF_FFFF) % keys), BEGAN + n / IN_A_MILLISECOND - behind);
    }
}
