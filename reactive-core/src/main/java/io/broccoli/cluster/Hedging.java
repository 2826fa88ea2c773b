package io.broccoli.cluster;

import java.time.Duration;

/**
 * When a second copy of a task that takes long is sent to another node, while nodes have room to spare: the first success counts,
 * the other copy is voided. A failure counts when no copy is left. The task may run twice, so it must bear that. (J. Dean and
 * L. A. Barroso, "The Tail at Scale", Communications of the ACM 56(2), 2013.)
 *
 * @param percentile of the stream's latest times from sending to outcome, beyond which a task is late; above 0, below 1
 * @param atLeast no task is late before this
 * @param budget most copies, as a part of the tasks that were sent; above 0, at most 1
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

    /** Tasks beyond the 95th percentile, at least 1 ms; at most one copy for ten tasks. */
    public static Hedging stragglers() {
        return new Hedging(0.95, Duration.ofMillis(1), 0.1);
    }

    public Hedging withPercentile(double value) {
        return new Hedging(value, atLeast, budget);
    }

    public Hedging withAtLeast(Duration value) {
        return new Hedging(percentile, value, budget);
    }

    public Hedging withBudget(double value) {
        return new Hedging(percentile, atLeast, value);
    }
}
