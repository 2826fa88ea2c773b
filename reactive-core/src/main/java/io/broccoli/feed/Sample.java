package io.broccoli.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One value of a source.
 *
 * @param <T> the type of the value
 * @param node that gave it
 * @param epoch the life of the node: where it differs from that of the sample before, the node began anew, and what its former
 *     life gave last may be missing uncounted
 * @param sequence counts what the source gave in this life of the node, whoever listened, from 1 on
 * @param missed how many samples of this life the subscriber did not get between the one before and this one: because the source
 *     dropped them while the subscriber was slower, or because they were given while it was away
 * @param time when the source gave it, by the node's clock
 */
public record Sample<T>(
        String node,
        long epoch,
        long sequence,
        long missed,
        Instant time,
        @Nullable T value) {

    /** Where to go on behind this sample. */
    public Position position() {
        return new Position(epoch, sequence);
    }
}
