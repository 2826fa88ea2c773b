package io.broccoli.window;

import io.broccoli.cluster.Cluster;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.FeedPacer;
import io.broccoli.feed.Sample;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * A feed whose event time steers credit: nodes that hold the watermark are asked for samples, and those that are far ahead
 * of it are not. So {@link #replayed} feeds of very different rates advance together, and a stage holds about (size + ahead)
 * x rate samples, whatever the fastest node can send. Immutable; {@code with} methods return copies.
 *
 * <p>A node is known from when the feed sees it, and holds the watermark from then on. A node that leaves, is lost, or
 * whose source completed does not. A node is idle ({@link EventTime#withIdle}) when it was asked and gave nothing; time in
 * which it was not asked, or did not answer, does not count. Samples that were asked for count into the bound of the
 * stage, which is at least twice the number of nodes.
 *
 * @param <V> the type of the samples' values
 */
public final class EventFeed<V> {

    private static final Logger LOG = Loggers.getLogger(EventFeed.class);

    private static final int TIMES_BEHIND = 10;
    private static final long SHORTEST_BEHIND =
            180_000; // half of it is longer than a node that was cut off takes to be lost
    private static final long NEVER = -1;

    private final Cluster cluster;
    private final String feed;
    private final Class<V> type;
    private final FeedOptions options;
    private final @Nullable Duration ahead;
    private final @Nullable Duration maxBehind;
    private final boolean replayed;

    private EventFeed(
            Cluster cluster,
            String feed,
            Class<V> type,
            FeedOptions options,
            @Nullable Duration ahead,
            @Nullable Duration maxBehind,
            boolean replayed) {
        this.cluster = cluster;
        this.feed = feed;
        this.type = type;
        this.options = options;
        this.ahead = ahead;
        this.maxBehind = maxBehind;
        this.replayed = replayed;
    }

    /** A feed of a cluster, from all nodes that offer it now or later. See {@link Cluster#feed(String, Class)}. */
    public static <V> EventFeed<V> of(Cluster cluster, String feed, Class<V> type) {
        return new EventFeed<>(cluster, feed, type, FeedOptions.DEFAULTS, null, null, false);
    }

    /**
     * Sets nodes, item window, positions and what happens when a node's part fails. The item window is the most samples of
     * a node that are asked for and not there; over a long distance more are faster.
     */
    public EventFeed<V> with(FeedOptions value) {
        return new EventFeed<>(cluster, feed, type, value, ahead, maxBehind, replayed);
    }

    /**
     * Sets how far before the watermark a node's newest sample may be for the node to be asked. A node that is further
     * before it waits; if its source cannot wait, it drops samples, which {@link Sample#missed} counts.
     *
     * <p>Default if the feed is {@link #replayed}: the size of the windows; the gap of sessions; the longest time that a
     * sample of a join waits for a partner, at least a second. Default of a live feed: half of {@link #withMaxBehind}, at
     * least 90 seconds unless that is set, so that sensors lose nothing while one of them, or the network, is silent for a
     * while, or until a node that was cut off counts as lost. But beyond the size of the
     * windows, a node is asked only while samples that are held or asked for are fewer than half of the bound
     * ({@link EventTime#withMostSamples}): the other half is for the nodes that hold the watermark.
     */
    public EventFeed<V> withAhead(Duration value) {
        Millis.notNegative("how far ahead a node may be", value);
        return new EventFeed<>(cluster, feed, type, options, value, maxBehind, replayed);
    }

    /**
     * Sets from when on a clock is taken for wrong. A node that is further behind all others does not hold the watermark,
     * until it has caught up. A node that is further ahead of all others is asked as if it were not. Both are counted
     * ({@link EventTimeStats#liars}) and logged, with the name of the node. Default: ten times the size of the windows, or
     * what counts as that ({@link #withAhead}); at least three minutes.
     */
    public EventFeed<V> withMaxBehind(Duration value) {
        Millis.notNegative("how far behind a node may be", value);
        return new EventFeed<>(cluster, feed, type, options, ahead, value, false);
    }

    /**
     * The samples are replayed: their nodes can wait, and advance together within {@link #withAhead}. No clock is taken for
     * wrong, since nodes with few samples may be far apart.
     */
    public EventFeed<V> replayed() {
        return new EventFeed<>(cluster, feed, type, options, ahead, null, true);
    }

    /**
     * The results of a stage for this feed. Each subscription subscribes to the feed by itself. Emitted on the member's
     * threads, or the clock's.
     *
     * @throws IllegalArgumentException if the stage has a function of sources of its own: sources are nodes here
     */
    public <O> Flux<O> through(EventStage<Sample<V>, O> stage) {
        byNode(stage.byNode);
        Operation<Sample<V>, O> operation = stage.operation;
        long span = operation.span();
        return new FeedResults<>(
                operation,
                mark -> distrust(mark, behind(span), operation.counters(), node -> node + " in feed " + feed),
                (subscriber, demand) ->
                        samples(demand.pacer(pace(span), node -> node)).subscribe(subscriber));
    }

    /**
     * The results of a join of this feed, as side a, with another one, as side b. The watermark is that of all nodes of
     * both, so neither side runs ahead of the other by more than is said for it. The bound of the join holds for both
     * together. A clock is taken for wrong beyond the larger {@link #withMaxBehind}, and never if a side is
     * {@link #replayed}. Each subscription subscribes to both feeds by itself. Emitted on the members' threads, or the
     * clock's. The feeds may be of different clusters.
     *
     * @throws IllegalArgumentException if a side of the join has a function of sources of its own: sources are nodes here
     */
    public <B, O> Flux<O> through(EventJoin<Sample<V>, Sample<B>, O> join, EventFeed<B> b) {
        byNode(join.byNode);
        Operation<Object, O> operation = join.operation;
        long span = operation.span();
        long behind = replayed || b.replayed ? NEVER : Math.max(behind(span), b.behind(span));
        return new FeedResults<>(
                operation,
                mark -> distrust(mark, behind, operation.counters(), source -> named(source, b)),
                (subscriber, demand) -> TwoFeeds.subscribe(
                        samples(demand.pacer(pace(span), node -> new JoinMachine.SideSource(true, node))),
                        b.samples(demand.pacer(b.pace(span), node -> new JoinMachine.SideSource(false, node))),
                        subscriber));
    }

    private static void byNode(boolean itIs) {
        if (!itIs) {
            throw new IllegalArgumentException(
                    "the sources of a feed are its nodes: begin with EventTime.ofSamples(), without withSource");
        }
    }

    private String named(Object source, EventFeed<?> b) {
        JoinMachine.SideSource side = (JoinMachine.SideSource) source;
        return side.name() + " in feed " + (side.a() ? feed : b.feed);
    }

    private Flux<Sample<V>> samples(FeedPacer pacer) {
        FeedOptions paced = options.pacedBy(pacer);
        return cluster.feed(feed, type, options.view().isPresent() ? paced.withMarks() : paced);
    }

    private FeedDemand.Pace pace(long span) {
        long near = ahead == null ? span : ahead.toMillis();
        long far = ahead == null && !replayed ? Math.max(near, behind(span) / 2) : near;
        return new FeedDemand.Pace(options.window(), near, far);
    }

    private long behind(long span) {
        if (replayed) {
            return NEVER;
        }
        return maxBehind == null
                ? Math.max(SHORTEST_BEHIND, TIMES_BEHIND * Math.min(span, Millis.LONGEST / TIMES_BEHIND))
                : maxBehind.toMillis();
    }

    private static void distrust(Watermark mark, long behind, StageCounters counters, Function<Object, String> named) {
        if (behind != NEVER) {
            mark.distrust(behind, source -> {
                counters.liars.increment();
                LOG.warn(
                        "Node {} is more than {} ms away from all others in event time: its clock is wrong, or it gave"
                                + " nothing for that long. If it is behind, it is not waited for",
                        named.apply(source),
                        behind);
            });
        }
    }
}
