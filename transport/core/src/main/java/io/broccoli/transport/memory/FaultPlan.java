package io.broccoli.transport.memory;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The faults of a {@link MemoryNetwork}. Immutable. The same seed gives the same faults for the same frames in the same
 * order.
 *
 * @param seed the seed of the random choices
 * @param loss the fraction of frames that are lost, 0 to 1
 * @param repetition the fraction of frames that arrive twice, 0 to 1
 * @param minDelay the shortest delay of a frame; not negative
 * @param maxDelay the longest delay of a frame; frames with different delays overtake each other
 * @param maxFrame larger frames and announcements are lost, in bytes; not negative
 */
public record FaultPlan(long seed, double loss, double repetition, Duration minDelay, Duration maxDelay, int maxFrame) {

    /** No faults. */
    public static final FaultPlan NONE = new FaultPlan(0, 0, 0, Duration.ZERO, Duration.ZERO, Integer.MAX_VALUE);

    public FaultPlan {
        if (!(loss >= 0 && loss <= 1) || !(repetition >= 0 && repetition <= 1)) {
            throw new IllegalArgumentException(
                    "loss " + loss + " and repetition " + repetition + " must be from 0 to 1");
        }
        if (minDelay.isNegative() || maxDelay.compareTo(minDelay) < 0) {
            throw new IllegalArgumentException("delays must rise from 0: " + minDelay + " to " + maxDelay);
        }
        if (maxFrame < 0) {
            throw new IllegalArgumentException("no frame is smaller than 0 bytes: " + maxFrame);
        }
    }

    /** No faults, with a seed for those that are added. */
    public static FaultPlan seeded(long seed) {
        return new FaultPlan(seed, 0, 0, Duration.ZERO, Duration.ZERO, Integer.MAX_VALUE);
    }

    /** Sets the fraction of frames that are lost. */
    public FaultPlan withLoss(double value) {
        return new FaultPlan(seed, value, repetition, minDelay, maxDelay, maxFrame);
    }

    /** Sets the fraction of frames that arrive twice. */
    public FaultPlan withRepetition(double value) {
        return new FaultPlan(seed, loss, value, minDelay, maxDelay, maxFrame);
    }

    /** Sets one delay for all frames. They stay in order. */
    public FaultPlan withDelay(Duration value) {
        return withDelay(value, value);
    }

    /** Sets the range of delays. Frames overtake each other. */
    public FaultPlan withDelay(Duration min, Duration max) {
        return new FaultPlan(seed, loss, repetition, min, max, maxFrame);
    }

    /** Loses all frames and announcements that are larger, as a broker with a limit does. */
    public FaultPlan withMaxFrame(int bytes) {
        return new FaultPlan(seed, loss, repetition, minDelay, maxDelay, bytes);
    }

    boolean isFaultless() {
        return loss == 0 && repetition == 0 && maxDelay.isZero() && maxFrame == Integer.MAX_VALUE;
    }

    /** How many copies of a frame arrive. */
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
