package io.broccoli.transport.memory;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What becomes of frames on their way. Immutable; the same seed gives the same faults for the same frames in the same order.
 *
 * @param seed of the random choices
 * @param loss the part of frames that are lost, from 0 to 1
 * @param repetition the part of frames that come twice
 * @param minDelay every frame takes at least this long
 * @param maxDelay and at most this long; frames whose delays differ overtake each other
 */
public record FaultPlan(long seed, double loss, double repetition, Duration minDelay, Duration maxDelay) {

    public static final FaultPlan NONE = new FaultPlan(0, 0, 0, Duration.ZERO, Duration.ZERO);

    public FaultPlan {
        if (!(loss >= 0 && loss <= 1) || !(repetition >= 0 && repetition <= 1)) {
            throw new IllegalArgumentException(
                    "loss " + loss + " and repetition " + repetition + " must be from 0 to 1");
        }
        if (minDelay.isNegative() || maxDelay.compareTo(minDelay) < 0) {
            throw new IllegalArgumentException("delays must rise from 0: " + minDelay + " to " + maxDelay);
        }
    }

    public static FaultPlan seeded(long seed) {
        return new FaultPlan(seed, 0, 0, Duration.ZERO, Duration.ZERO);
    }

    public FaultPlan withLoss(double value) {
        return new FaultPlan(seed, value, repetition, minDelay, maxDelay);
    }

    public FaultPlan withRepetition(double value) {
        return new FaultPlan(seed, loss, value, minDelay, maxDelay);
    }

    /** The same delay for all: they stay in order. */
    public FaultPlan withDelay(Duration value) {
        return withDelay(value, value);
    }

    public FaultPlan withDelay(Duration min, Duration max) {
        return new FaultPlan(seed, loss, repetition, min, max);
    }

    boolean isFaultless() {
        return loss == 0 && repetition == 0 && maxDelay.isZero();
    }

    /** How many copies of a frame come. */
    int copies(RandomGenerator random) {
        int copies = random.nextDouble() < loss ? 0 : 1;
        return random.nextDouble() < repetition ? copies + 1 : copies;
    }

    long delayNanos(RandomGenerator random) {
        long min = minDelay.toNanos();
        long range = maxDelay.toNanos() - min;
        return range == 0 ? min : min + random.nextLong(range + 1);
    }
}
