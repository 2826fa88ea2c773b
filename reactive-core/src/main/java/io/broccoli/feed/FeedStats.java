package io.broccoli.feed;

/**
 * Counters of one source of a node since the node started.
 *
 * @param name the name of the feed
 * @param subscribers gauge: current subscribers
 * @param produced counter: samples that the source gave
 * @param passedOn counter: samples passed on, counted for each subscriber
 * @param missed counter: samples reported as missed, counted for each subscriber
 * @param mostWaiting the most samples that ever waited for the demand of one subscriber
 * @param mostUnconfirmed the most samples that were ever passed on to one subscriber and not confirmed by it
 */
public record FeedStats(
        String name,
        int subscribers,
        long produced,
        long passedOn,
        long missed,
        int mostWaiting,
        int mostUnconfirmed) {}
