package io.broccoli.feed;

import org.reactivestreams.Publisher;

/**
 * A publisher that a node offers as a feed, with a policy for slow subscribers. Immutable.
 *
 * <p>The node subscribes to the publisher once for all subscribers: when the first one arrives. It cancels when the
 * last one has left. Each subscriber has its own credit; a sample dropped for one is not dropped for the others. The
 * publisher is subscribed and requested on a thread of the node that is not one of its workers, and may block there.
 * When it completes or fails, the feed ends for its current subscribers. It is subscribed again for the next one.
 *
 * @param publisher gives the samples
 * @param kept most samples that wait for one subscriber; beyond that the oldest are dropped. 0: none are dropped, and
 *     demand on the publisher is that of the slowest subscriber. At most {@link #MAX_KEPT}
 */
public record Source(Publisher<?> publisher, int kept) {

    /** The prefix of the names of tasks that subscribe to feeds. */
    public static final String TASK_PREFIX = "feed:";

    /** The name of the parameter by which such a task takes a {@link View}; a node that does not announce it runs none. */
    public static final String VIEW = "view";

    /** The largest {@link #kept}. */
    public static final int MAX_KEPT = 16_384;

    public Source {
        if (kept < 0 || kept > MAX_KEPT) {
            throw new IllegalArgumentException("a source keeps 0 to " + MAX_KEPT + " samples, not " + kept);
        }
    }

    /** A source that slows down for its slowest subscriber. */
    public static Source of(Publisher<?> publisher) {
        return new Source(publisher, 0);
    }

    /**
     * Slows down: the slowest subscriber sets the pace of all, and nothing is dropped. For sources that can wait, such
     * as files or queues.
     */
    public Source slowDown() {
        return new Source(publisher, 0);
    }

    /**
     * Keeps the latest sample for a slow subscriber. For sources that cannot wait, if only the latest value matters.
     */
    public Source latest() {
        return new Source(publisher, 1);
    }

    /**
     * Keeps the newest {@code most} samples for a slow subscriber. For sources that cannot wait and give samples in
     * bursts.
     *
     * @param most 1 to {@link #MAX_KEPT}; at most about 4 MB of samples are kept
     * @throws IllegalArgumentException if {@code most} is out of range
     */
    public Source dropOldest(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one sample must be kept, not " + most);
        }
        return new Source(publisher, most);
    }

    /** Whether the publisher waits for its slowest subscriber. */
    public boolean slowsDown() {
        return kept == 0;
    }
}
