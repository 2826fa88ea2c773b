package io.broccoli.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One value of a source.
 *
 * @param <T> the type of the value
 * @param node the name of the node
 * @param epoch identifies the life of the node. If it differs from that of the sample before, the node was restarted,
 *     and the last samples of its former life may be missing without being counted
 * @param sequence the number of the sample in this life of the node, counted from 1, whoever was subscribed
 * @param missed how many samples of this life the subscriber did not get between the sample before and this one: the
 *     source dropped them because the subscriber was slower, or they were given while it was away
 * @param time when the source gave the sample, by the node's clock
 * @param value the value, or null
 */
public record Sample<T>(
        String node,
        long epoch,
        long sequence,
        long missed,
        Instant time,
        @Nullable T value) {

    /** The position of this sample, for {@link FeedOptions#resumeAfter}. */
    public Position position() {
        return new Position(epoch, sequence);
    }
}
