package io.broccoli.feed;

/**
 * The position of a sample in the sequence of its source. A subscriber that stores the last position of each node can
 * resume behind it, also in another process ({@link FeedOptions#resumeAfter}).
 *
 * @param epoch identifies the life of the node; not negative
 * @param sequence the number of the sample in that life, counted from 1; not negative
 */
public record Position(long epoch, long sequence) {

    public Position {
        if (epoch < 0 || sequence < 0) {
            throw new IllegalArgumentException(
                    "epoch and sequence of a position must not be negative: epoch " + epoch + ", sequence " + sequence);
        }
    }
}
