package io.broccoli.cluster;

import java.time.Duration;

/**
 * Hedged requests: a late task is sent a second time, to another node that has free credit. The first success counts
 * and the other copy is cancelled. A failure counts when no copy is left. Use it only for tasks that may run twice. (J.
 * Dean and L. A. Barroso, "The Tail at Scale", Communications of the ACM 56(2), 2013.)
 *
 * @param percentile a task is late beyond this percentile of the stream's latest times from sending to outcome; above 0
 *     and below 1
 * @param atLeast no task is late before this time; not negative
 * @param budget most copies, as a fraction of the tasks sent; above 0 and at most 1
 */
public record Hedging(double percentile, Duration atLeast, double budget) {

    public Hedging {
        if (!(percentile > 0 && percentile < 1)) {
            throw new IllegalArgumentException("the percentile is between 0 and 1, not " + percentile);
        }
        if (atLeast.isNegative()) {
            throw new IllegalArgumentException("the least time is negative: " + atLeast);
        }
        if (!(budget > 0 && budget <= 1)) {
            throw new IllegalArgumentException("the budget is above 0 and at most 1, not " + budget);
        }
    }

    /** Hedges tasks beyond the 95th percentile and 1 ms, with at most one copy for ten tasks. */
    public static Hedging stragglers() {
        return new Hedging(0.95, Duration.ofMillis(1), 0.1);
    }

    /** Sets {@link #percentile}. */
    public Hedging withPercentile(double value) {
        return new Hedging(value, atLeast, budget);
    }

    /** Sets {@link #atLeast}. */
    public Hedging withAtLeast(Duration value) {
        return new Hedging(percentile, value, budget);
    }

    /** Sets {@link #budget}. */
    public Hedging withBudget(double value) {
        return new Hedging(percentile, atLeast, value);
    }
}
