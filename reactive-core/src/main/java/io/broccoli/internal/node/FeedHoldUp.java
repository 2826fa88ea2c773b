package io.broccoli.internal.node;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Says which subscriber holds up all others of a source that slows down, once: one that took nothing for ten seconds, while
 * another one had room all that time. Belongs to the member's serial executor.
 */
final class FeedHoldUp {

    private static final Logger LOG = Loggers.getLogger(FeedHoldUp.class);

    /** Milliseconds. */
    static final long AFTER = 10_000;

    private final String feed;
    private final String member;
    private @Nullable FeedSubscriber told;

    FeedHoldUp(String feed, String member) {
        this.feed = feed;
        this.member = member;
    }

    /** To be called about each second, with all subscribers of the source and of its views. */
    void look(List<FeedSubscriber> subscribers, long now) {
        FeedSubscriber slowest = null;
        int waiting = 0;
        boolean forgiven = true;
        for (FeedSubscriber each : subscribers) {
            each.look(now);
            forgiven &= each != told || !each.isFull();
            if (each.since(now) < AFTER) {
                continue;
            }
            if (!each.isFull()) {
                waiting++;
            } else if (slowest == null || each.since(now) > slowest.since(now)) {
                slowest = each;
            }
        }
        if (forgiven) {
            told = null;
        }
        if (slowest != null && waiting > 0 && told == null) {
            told = slowest;
            LOG.warn(
                    "Feed {} of node {} stands still: {} took no sample for {} s, and {} other{} for one. The source"
                            + " slows down for its slowest subscriber. Let that one go on or cancel it. If a program joins"
                            + " several subscriptions of this feed, give the others a buffer (onBackpressureBuffer), or let"
                            + " the source drop samples (Source.dropOldest)",
                    feed,
                    member,
                    slowest.name(),
                    TimeUnit.MILLISECONDS.toSeconds(slowest.since(now)),
                    waiting,
                    waiting == 1 ? " waits" : "s wait");
        }
    }
}
