package io.broccoli.feed;

/**
 * What a node did for the subscribers of one source since it started.
 *
 * @param subscribers those of now
 * @param produced samples that the source gave
 * @param passedOn samples that were passed on, counted for each subscriber
 * @param missed samples that subscribers were told they missed, counted for each
 * @param mostWaiting most samples that ever waited for one subscriber to take more
 * @param mostUnconfirmed most samples that ever were passed on to one subscriber and not confirmed by it
 */
public record FeedStats(
        String name,
        int subscribers,
        long produced,
        long passedOn,
        long missed,
        int mostWaiting,
        int mostUnconfirmed) {}
