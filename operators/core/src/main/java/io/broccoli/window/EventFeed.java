package io.broccoli.window;

import io.broccoli.cluster.Cluster;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * A feed whose event time steers credit: nodes that hold the watermark are asked for samples, and those that are far ahead
 * of it are not. So replays of very different rates advance together, and a stage holds about (size + ahead) x rate
 * samples, whatever the fastest node can send. Immutable; {@code with} methods return copies.
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
     * Sets how far before the watermark a node's newest sample may be for the node to be asked. Default: the size of the
     * windows, the gap of sessions.
     */
    public EventFeed<V> withAhead(Duration value) {
        Millis.notNegative("how far ahead a node may be", value);
        return new EventFeed<>(cluster, feed, type, options, value, maxBehind, replayed);
    }

    /**
     * Sets from when on a clock is taken for wrong. A node that is further behind all others does not hold the watermark,
     * until it has caught up. A node that is further ahead of all others is asked as if it were not. Both are counted
     * ({@link EventTimeStats#liars}) and logged, with the name of the node. Default: ten times the size of the windows.
     */
    public EventFeed<V> withMaxBehind(Duration value) {
        Millis.notNegative("how far behind a node may be", value);
        return new EventFeed<>(cluster, feed, type, options, ahead, value, false);
    }

    /** The samples are replayed: no clock is taken for wrong, since nodes with few samples may be far apart. */
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
        if (!stage.byNode) {
            throw new IllegalArgumentException(
                    "the sources of a feed are its nodes: begin with EventTime.ofSamples(), without withSource");
        }
        return new Results<>(this, stage);
    }

    /** What subscribers subscribe to. */
    private static final class Results<V, O> extends Flux<O> {
        private final EventFeed<V> of;
        private final EventStage<Sample<V>, O> stage;

        Results(EventFeed<V> of, EventStage<Sample<V>, O> stage) {
            this.of = of;
            this.stage = stage;
        }

        @Override
        public void subscribe(CoreSubscriber<? super O> actual) {
            of.subscribe(stage, actual);
        }
    }

    private <O> void subscribe(EventStage<Sample<V>, O> stage, CoreSubscriber<? super O> actual) {
        EventSubscriber<Sample<V>, O> subscriber;
        FeedDemand demand;
        try {
            Machine<Sample<V>, O> machine = stage.machines.get();
            distrust(machine.watermark(), stage);
            NoteBox<Sample<V>, O> notes = new NoteBox<>();
            demand = new FeedDemand(
                    stage.settings.mostSamples(),
                    options.window(),
                    ahead == null ? stage.span : ahead.toMillis(),
                    notes::note);
            subscriber = new EventSubscriber<>(
                    actual, machine, stage.settings, stage.counters, stage.late, demand, stage.marksTellTime);
            notes.subscriber = subscriber;
        } catch (Throwable refused) {
            Operators.error(actual, refused);
            return;
        }
        FeedOptions paced = options.pacedBy(demand);
        cluster.feed(feed, type, options.view().isPresent() ? paced.withMarks() : paced)
                .subscribe(subscriber);
    }

    private void distrust(Watermark mark, EventStage<?, ?> stage) {
        if (!replayed) {
            long behind = maxBehind == null
                    ? TIMES_BEHIND * Math.min(stage.span, Millis.LONGEST / TIMES_BEHIND)
                    : maxBehind.toMillis();
            mark.distrust(behind, node -> {
                stage.counters.liars.increment();
                LOG.warn(
                        "The clock of node {} in feed {} is more than {} ms away from those of all others",
                        node,
                        feed,
                        behind);
            });
        }
    }

    /** Where the demand puts notes for the subscriber that it belongs to. */
    private static final class NoteBox<T, O> {
        private @Nullable EventSubscriber<T, O> subscriber;

        void note(StageSignals.Note note) {
            EventSubscriber<T, O> to = subscriber;
            if (to != null) {
                to.note(note);
            }
        }
    }
}
