package io.broccoli.cluster;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how many tasks are sent in a time, to all nodes together, by all streams that share this object. Retries and
 * hedged copies count too. Elements that wait for the limit wait at the source and hold no credit of nodes.
 * Thread-safe. (The generic cell rate algorithm, ITU-T I.371.)
 */
public final class RateLimit {

    /** How long before it may be sent a task is prepared, in nanoseconds. */
    private static final long AHEAD = 100_000_000;

    private static final long LONGEST = 1L << 60; // 36 years: that much of the clock can be compared

    private final double tasks;
    private final Duration time;
    private final double interval; // nanoseconds of one task
    private final int burst;
    private final AtomicLong nextEven = new AtomicLong(); // when the next task would come if all were evenly spaced
    private volatile boolean used; // once a task was sent: before, there is no such time

    private RateLimit(double tasks, Duration time, int burst) {
        if (!(tasks > 0) || time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a rate is above 0, not " + tasks + " in " + time);
        }
        if (burst < 1) {
            throw new IllegalArgumentException("a burst is at least 1, not " + burst);
        }
        this.tasks = tasks;
        this.time = time;
        this.interval = Math.min(LONGEST, nanos(time) / tasks);
        this.burst = burst;
    }

    /**
     * A limit of {@code tasks} in {@code time}, evenly spaced. A burst has at most the tasks of 20 ms, and at least
     * one.
     *
     * @throws IllegalArgumentException if one of them is not positive
     */
    public static RateLimit of(double tasks, Duration time) {
        double each20 = tasks * 20_000_000 / Math.max(1, nanos(time));
        return new RateLimit(tasks, time, (int) Math.max(1, Math.min(1 << 20, each20)));
    }

    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofNanos(LONGEST)) > 0 ? LONGEST : time.toNanos();
    }

    /** A limit of {@code tasks} in each second; see {@link #of}. */
    public static RateLimit perSecond(double tasks) {
        return of(tasks, Duration.ofSeconds(1));
    }

    /** A separate limit of the same rate, with bursts of at most {@code value} tasks after a pause; at least 1. */
    public RateLimit withBurst(int value) {
        return new RateLimit(tasks, time, value);
    }

    /**
     * How many tasks may be sent now.
     *
     * @param now nanoseconds of a monotonic clock, which may be below zero; all calls must use the same clock
     */
    public int available(long now) {
        long ahead = ahead(now);
        return ahead <= 0 ? burst : (int) Math.max(0, Math.floor(burst - ahead / interval));
    }

    /** How many tasks to prepare: those that may be sent within the next 100 ms, at least one. */
    public int worthPreparing(long now) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, available(now) + AHEAD / interval));
    }

    /** Counts a task that is sent. */
    public void take(long now) {
        boolean first = !used;
        nextEven.updateAndGet(even -> (first || even - now < 0 ? now : even) + (long) interval);
        used = true;
    }

    /** When the next task may be sent, in nanoseconds; later than {@code now} if none is {@link #available}. */
    public long nextAt(long now) {
        return now + Math.max(0, 1 + (long) Math.ceil(ahead(now) - (burst - 1) * interval));
    }

    /** How far the time of the next task is ahead, in nanoseconds; 0 or less if it has come. */
    private long ahead(long now) {
        return used ? nextEven.get() - now : 0;
    }

    @Override
    public String toString() {
        return tasks + " tasks in " + time + ", at most " + burst + " at once";
    }
}
