package io.broccoli.feed;

import io.broccoli.frame.Site;
import io.broccoli.place.Region;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * How a feed is subscribed. Immutable.
 *
 * @param nodes names of the nodes; empty selects all nodes that offer the feed
 * @param site selects nodes by their site
 * @param window most samples of each node that are requested ahead of the subscriber; 1 to {@link #MAX_WINDOW}, default
 *     16. A larger window is faster over a long distance; with a smaller one samples are newer
 * @param after for each node, the position of the last sample that the subscriber has
 * @param observer receives the failures of nodes' parts; empty: the first such failure ends the feed
 * @param view what is done with the readings on their node; empty: they come as they are
 * @param marks whether marks of the view are emitted ({@link Sample#isMark})
 * @param pacer asks each node by itself; empty: each is asked for the demand of the subscriber and a window
 */
public record FeedOptions(
        Set<String> nodes,
        Predicate<Site> site,
        int window,
        Map<String, Position> after,
        Optional<BiConsumer<String, Throwable>> observer,
        Optional<View> view,
        boolean marks,
        Optional<FeedPacer> pacer) {

    /** The largest {@link #window}. */
    public static final int MAX_WINDOW = 1024;

    /** Most nodes that one feed subscribes to. A further node is subscribed when one of them has left. */
    public static final int MAX_NODES = 4096;

    /**
     * All nodes that offer the feed now or later, their next samples, a window of 16; a part that fails ends the feed.
     */
    public static final FeedOptions DEFAULTS = new FeedOptions(
            Set.of(), site -> true, 16, Map.of(), Optional.empty(), Optional.empty(), false, Optional.empty());

    public FeedOptions {
        nodes = Set.copyOf(nodes);
        after = Map.copyOf(after);
        if (window < 1 || window > MAX_WINDOW) {
            throw new IllegalArgumentException("the window is 1 to " + MAX_WINDOW + ", not " + window);
        }
    }

    /** Selects these nodes only. They need not be known yet. */
    public FeedOptions fromNodes(String... names) {
        return new FeedOptions(Set.of(names), site, window, after, observer, view, marks, pacer);
    }

    /** Selects nodes whose site has this label, in addition to the other conditions. */
    public FeedOptions withLabel(String key, String value) {
        return atSites(where -> value.equals(where.labels().get(key)));
    }

    /** Selects nodes by their site, in addition to the other conditions. */
    public FeedOptions atSites(Predicate<Site> such) {
        return new FeedOptions(nodes, site.and(such), window, after, observer, view, marks, pacer);
    }

    /**
     * Selects nodes whose site is in this region, in addition to the other conditions. A node whose location is not known
     * is in none.
     */
    public FeedOptions within(Region region) {
        Objects.requireNonNull(region, "region");
        return atSites(where -> where.point().filter(region::contains).isPresent());
    }

    /**
     * Sets {@link #window}.
     *
     * @throws IllegalArgumentException if it is not 1 to {@link #MAX_WINDOW}
     */
    public FeedOptions withWindow(int value) {
        return new FeedOptions(nodes, site, value, after, observer, view, marks, pacer);
    }

    /**
     * Resumes behind these positions: the newest {@link Sample#position()} of each node. Samples up to the position are
     * not emitted again. Samples that were given since count as missed in the first sample that is emitted; if the node
     * was restarted, all samples of its new life do. Nodes that are not named start with their next sample.
     */
    public FeedOptions resumeAfter(Map<String, Position> positions) {
        return new FeedOptions(nodes, site, window, positions, observer, view, marks, pacer);
    }

    /**
     * Continues when a node's part fails. The part is tried again after a second; the pause grows up to 30 s.
     *
     * @param heard receives the name of the node and a {@code TaskException}; called on the member's thread, it must
     *     not block
     */
    public FeedOptions skipFailures(BiConsumer<String, Throwable> heard) {
        return new FeedOptions(nodes, site, window, after, Optional.of(heard), view, marks, pacer);
    }

    /**
     * Has the nodes work on their readings, so that only results travel. A node that cannot run views sends all readings, and
     * the view runs here instead, if it has no functions of the node.
     *
     * @param what replaces a view that was set before; {@link View#ALL} removes it
     */
    public FeedOptions withView(View what) {
        Optional<View> chosen = what.steps().isEmpty() ? Optional.empty() : Optional.of(what);
        return new FeedOptions(nodes, site, window, after, observer, chosen, marks, pacer);
    }

    /**
     * Emits marks too: samples without a value that a view gives while it passes nothing, after 1,024 readings or five
     * seconds. They tell event time that all readings up to theirs were used.
     */
    public FeedOptions withMarks() {
        return new FeedOptions(nodes, site, window, after, observer, view, true, pacer);
    }

    /**
     * Lets the pacer ask each node by itself. The window does not count; the demand of the subscriber bounds what is emitted,
     * as ever. One subscription at a time may have these options.
     */
    public FeedOptions pacedBy(FeedPacer value) {
        return new FeedOptions(nodes, site, window, after, observer, view, marks, Optional.of(value));
    }
}
