package io.broccoli.feed;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One value of a source, or one result of a {@link View} of it.
 *
 * @param <T> the type of the value
 * @param node the name of the node
 * @param epoch identifies the life of the node. If it differs from that of the sample before, the node was restarted,
 *     and the last samples of its former life may be missing without being counted
 * @param sequence the number of the sample in this life of the node, counted from 1, whoever was subscribed; of a view's
 *     result, that of the last reading that it used
 * @param missed how many readings of this life the subscriber did not get, and its view did not use, between the sample before
 *     and this one: the source dropped them because the subscriber was slower, or they were given while it was away
 * @param time when the source gave the sample, by the node's clock. If the node has none (a board whose clock was not set), it
 *     is an estimate by the subscriber's clock
 * @param value the value, or null
 * @param timeError how far {@code time} may be from the truth: what the node says of its clock, or the error of the estimate;
 *     not negative. Zero: the node does not say
 * @param used how many readings this sample stands for: 1, or what a view used since its result before, also what it dropped.
 *     0 is a mark, which comes only with {@link FeedOptions#withMarks}: it has no value and says that all readings up to
 *     {@code time} were used
 */
public record Sample<T>(
        String node,
        long epoch,
        long sequence,
        long missed,
        Instant time,
        @Nullable T value,
        Duration timeError,
        long used) {

    public Sample {
        if (timeError == null) { // a member that says nothing of the error says nothing of the readings either
            timeError = Duration.ZERO;
            used = 1;
        }
        if (timeError.isNegative() || used < 0) {
            throw new IllegalArgumentException(
                    "error and readings of a sample must not be negative: " + timeError + ", " + used);
        }
    }

    /** A sample of one reading, by a clock whose error is not known. */
    public Sample(String node, long epoch, long sequence, long missed, Instant time, @Nullable T value) {
        this(node, epoch, sequence, missed, time, value, Duration.ZERO, 1);
    }

    /** The position of this sample, for {@link FeedOptions#resumeAfter}. */
    public Position position() {
        return new Position(epoch, sequence);
    }

    /** Whether it has no value, and only moves time on. */
    public boolean isMark() {
        return used == 0;
    }
}
