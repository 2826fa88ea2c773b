package io.broccoli.feed;

import java.util.function.Consumer;

/**
 * Asks each node of a feed by itself, instead of all of them alike; for operators that know which samples they need next.
 * One pacer serves one subscription at a time ({@link FeedOptions#pacedBy}). Its methods are called on the member's
 * thread, before and after the samples that they are about; they must not block. What they throw ends the feed.
 */
public interface FeedPacer {

    /**
     * A node's part of the feed starts, or starts again. It gives nothing before it is asked.
     *
     * @param credit asks for samples of this part; without effect once the part ended
     */
    void started(String node, Credit credit);

    /** A node's part ended, and the node is still there: it may start again. What was asked for and did not come is void. */
    void stopped(String node);

    /** A node gives nothing more: it left, is lost, does not offer the feed any more, or its source completed. */
    void left(String node);

    /** The credit of one part. Its methods may be called from any thread. */
    interface Credit {

        /** Asks for so many samples more. At most {@link FeedOptions#MAX_WINDOW} should be asked for and not there yet. */
        void ask(long samples);

        /**
         * Finds out whether the node is known to wait for its source: it confirmed that it was asked for all that it was
         * asked for, some of it has not come, and it answered within the last two seconds.
         *
         * @param answer is called on the member's thread
         */
        void isWaiting(Consumer<? super Boolean> answer);
    }
}
