package io.broccoli.feed;

/**
 * A place in what one source gives: that of a sample. A subscriber that keeps the last one of each node can go on behind it, in
 * another process too ({@link FeedOptions#resumeAfter}).
 *
 * @param epoch tells the life of the node from others
 * @param sequence of a sample in that life, counted from 1
 */
public record Position(long epoch, long sequence) {

    public Position {
        if (epoch < 0 || sequence < 0) {
            throw new IllegalArgumentException(
                    "a position has no negative number: epoch " + epoch + ", sequence " + sequence);
        }
    }
}
