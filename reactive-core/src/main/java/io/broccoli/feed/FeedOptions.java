package io.broccoli.feed;

import io.broccoli.frame.Site;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * How a feed is subscribed. Immutable.
 *
 * @param nodes names of those whose samples are wanted; empty: of all that offer the feed
 * @param site which sites are wanted
 * @param window most samples of each node that are asked for ahead of the subscriber: a wider one goes faster over a long way, with
 *     a narrower one they are newer
 * @param after by node, the last sample that the subscriber has
 * @param observer hears of nodes whose part failed, and why; empty: the first such failure ends the feed
 */
public record FeedOptions(
        Set<String> nodes,
        Predicate<Site> site,
        int window,
        Map<String, Position> after,
        Optional<BiConsumer<String, Throwable>> observer) {

    /** The widest window. */
    public static final int MAX_WINDOW = 1024;

    /** Most nodes that a feed is subscribed at; others wait until one of these left. */
    public static final int MAX_NODES = 4096;

    /** All nodes that offer the feed, now or later; from now on; 16 samples ahead; a part that fails ends the feed. */
    public static final FeedOptions DEFAULTS = new FeedOptions(Set.of(), site -> true, 16, Map.of(), Optional.empty());

    public FeedOptions {
        nodes = Set.copyOf(nodes);
        after = Map.copyOf(after);
        if (window < 1 || window > MAX_WINDOW) {
            throw new IllegalArgumentException("the window is 1 to " + MAX_WINDOW + ", not " + window);
        }
    }

    /** Only these nodes, whether they are there already or not. */
    public FeedOptions fromNodes(String... names) {
        return new FeedOptions(Set.of(names), site, window, after, observer);
    }

    /** Only nodes whose site has this label, and whatever else was asked for. */
    public FeedOptions withLabel(String key, String value) {
        return atSites(where -> value.equals(where.labels().get(key)));
    }

    /** Only nodes at such sites, and whatever else was asked for. */
    public FeedOptions atSites(Predicate<Site> such) {
        return new FeedOptions(nodes, site.and(such), window, after, observer);
    }

    /** 1 to {@link #MAX_WINDOW}, 16 by default. */
    public FeedOptions withWindow(int value) {
        return new FeedOptions(nodes, site, value, after, observer);
    }

    /**
     * Goes on behind these positions, the newest {@link Sample#position()} of each node: none of these samples comes again, and
     * those that were given since are counted as missed by the first one that comes (where the node has begun anew, all that it
     * gave in this life). Nodes that are not named begin with what their source gives next.
     */
    public FeedOptions resumeAfter(Map<String, Position> positions) {
        return new FeedOptions(nodes, site, window, positions, observer);
    }

    /**
     * Goes on when a node's part fails, with the others, and tries that one again after a second, and ever less often, up to half
     * a minute.
     *
     * @param heard the name of the node and a {@code TaskException}; called on the member's thread
     */
    public FeedOptions skipFailures(BiConsumer<String, Throwable> heard) {
        return new FeedOptions(nodes, site, window, after, Optional.of(heard));
    }
}
