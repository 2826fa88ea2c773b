package io.broccoli.feed;

import org.reactivestreams.Publisher;

/**
 * What a node offers as a feed: a publisher, and what a subscriber means to it that is slower. Immutable.
 *
 * <p>The publisher is subscribed once for all subscribers, when the first one comes, and cancelled when the last one left. Each
 * subscriber has its own credit, and what is dropped for one is not for the others. It is subscribed and asked on a thread of the
 * node that is not one of its workers, and may block there; one that completes or fails ends the feed of those who listen, and
 * is subscribed again for the next one who comes.
 *
 * @param kept most samples that wait for one subscriber; the oldest are dropped. 0: none is dropped, the publisher is asked for no
 *     more than the slowest subscriber takes
 */
public record Source(Publisher<?> publisher, int kept) {

    /** The tasks by which feeds are subscribed bear their names, with this before it. */
    public static final String TASK_PREFIX = "feed:";

    /** Most samples that may wait for a subscriber. */
    public static final int MAX_KEPT = 16_384;

    public Source {
        if (kept < 0 || kept > MAX_KEPT) {
            throw new IllegalArgumentException("a source keeps 0 to " + MAX_KEPT + " samples, not " + kept);
        }
    }

    /** A source that slows down. */
    public static Source of(Publisher<?> publisher) {
        return new Source(publisher, 0);
    }

    /** The slowest subscriber sets the pace of all, and nothing is dropped: for what can be asked, as a file or a queue. */
    public Source slowDown() {
        return new Source(publisher, 0);
    }

    /** A subscriber that is slower gets the newest sample: for what gives by itself, and of which only the last word counts. */
    public Source latest() {
        return new Source(publisher, 1);
    }

    /**
     * A subscriber that is slower gets the newest samples, as many as that: for what gives by itself, in bursts.
     *
     * @param most 1 to {@link #MAX_KEPT}; at most about 4 MB of them
     * @throws IllegalArgumentException if it is not
     */
    public Source dropOldest(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one sample waits, not " + most);
        }
        return new Source(publisher, most);
    }

    /** Whether the publisher waits for its slowest subscriber. */
    public boolean slowsDown() {
        return kept == 0;
    }
}
