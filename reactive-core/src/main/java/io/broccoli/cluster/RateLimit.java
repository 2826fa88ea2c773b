package io.broccoli.cluster;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit on how many tasks are sent in a time, over all nodes and over all streams that share this object; retries and copies
 * count too. What must wait for it waits at the source, and holds no credit of nodes. Any thread may use it. (The generic cell rate
 * algorithm, as of ITU-T I.371.)
 */
public final class RateLimit {

    /** Tasks are prepared this far ahead of when they may be sent, in nanoseconds. */
    private static final long AHEAD = 100_000_000;

    private final double tasks;
    private final Duration time;
    private final double interval; // nanoseconds of one task
    private final int burst;
    private final AtomicLong nextEven =
            new AtomicLong(Long.MIN_VALUE); // when the next task would come if all were evenly spaced

    private RateLimit(double tasks, Duration time, int burst) {
        if (!(tasks > 0) || time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a rate is above 0, not " + tasks + " in " + time);
        }
        if (burst < 1) {
            throw new IllegalArgumentException("a burst is at least 1, not " + burst);
        }
        this.tasks = tasks;
        this.time = time;
        this.interval = time.toNanos() / tasks;
        this.burst = burst;
    }

    /** So many tasks in a time, evenly spaced but for bursts of what 20 ms allow. */
    public static RateLimit of(double tasks, Duration time) {
        double each20 = tasks * 20_000_000 / Math.max(1, time.toNanos());
        return new RateLimit(tasks, time, (int) Math.max(1, Math.min(1 << 20, each20)));
    }

    public static RateLimit perSecond(double tasks) {
        return of(tasks, Duration.ofSeconds(1));
    }

    /** The same rate, with bursts of at most so many tasks after a pause; a limit of its own. */
    public RateLimit withBurst(int value) {
        return new RateLimit(tasks, time, value);
    }

    /** How many tasks may be sent now, in nanoseconds of one clock for all. */
    public int available(long now) {
        long even = nextEven.get();
        if (even <= now) {
            return burst;
        }
        return (int) Math.max(0, Math.floor(burst - (even - now) / interval));
    }

    /** How many tasks are worth preparing: those that may be sent within the next tenth of a second, at least one. */
    public int worthPreparing(long now) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, available(now) + AHEAD / interval));
    }

    /** A task is sent. */
    public void take(long now) {
        nextEven.updateAndGet(even -> (long) (Math.max(even, now) + interval));
    }

    /** When the next task may be sent; later than now if none is {@link #available}. */
    public long nextAt(long now) {
        long even = nextEven.get();
        return Math.max(now, 1 + (long) Math.ceil(even - (burst - 1) * interval));
    }

    @Override
    public String toString() {
        return tasks + " tasks in " + time + ", at most " + burst + " at once";
    }
}
