package io.broccoli.dispatch;

import io.broccoli.credit.ItemSource;
import io.broccoli.feed.FeedStats;
import io.broccoli.feed.Position;
import io.broccoli.feed.Source;
import io.broccoli.frame.Body;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.task.FailureKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;

/**
 * The feeds of a node. Who subscribes comes as a task, with credit and in turn, and then holds neither its worker nor its place:
 * subscribers have a bound of their own. Belongs to the member's serial executor.
 */
final class NodeFeeds {

    private final Executor loop;
    private final Scheduler clock;
    private final Scheduler threads;
    private final PayloadCodec codec;
    private final ItemFrames frames;
    private final int most;
    private final Map<String, FeedSource> sources = new LinkedHashMap<>(); // those that were subscribed
    private final Set<FeedSubscriber> subscribers = new LinkedHashSet<>();
    private long epoch = newEpoch();
    private boolean closed;

    /**
     * @param threads for the publishers
     * @param most subscribers
     */
    NodeFeeds(Executor loop, Scheduler clock, Scheduler threads, PayloadCodec codec, ItemFrames frames, int most) {
        this.loop = loop;
        this.clock = clock;
        this.threads = threads;
        this.codec = codec;
        this.frames = frames;
        this.most = most;
    }

    /** Microseconds: boot epochs are told apart by what a broker keeps, and count seconds; these by nobody. */
    private static long newEpoch() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    ItemFrames frames() {
        return frames;
    }

    PayloadCodec codec() {
        return codec;
    }

    Intake intake(boolean counts, Consumer<Intake> changed) {
        Intake[] self = new Intake[1];
        Runnable note = () -> loop.execute(() -> changed.accept(self[0]));
        self[0] = new Intake(clock, threads.createWorker(), codec, counts, note);
        return self[0];
    }

    /** On a worker, which is free again at once. */
    void subscribe(Job job, Execution execution, String name, Source source, Position after, Body.Headers headers) {
        loop.execute(() -> begin(job, execution, name, source, after, headers));
    }

    private void begin(Job job, Execution execution, String name, Source source, Position after, Body.Headers headers) {
        if (closed || job.isStopped() || job.isFenced()) {
            execution.aborted();
            return;
        }
        if (subscribers.size() >= most) {
            execution.refused(
                    FailureKind.TOO_MANY_SUBSCRIBERS, "The node serves " + most + " subscribers, as many as it may");
            return;
        }
        FeedSource feed = sources.computeIfAbsent(name, each -> new FeedSource(name, source, this));
        ItemSource items = new ItemSource(job.seq(), true, headers.itemLimit(), headers.received());
        FeedSubscriber subscriber =
                new FeedSubscriber(job, execution, feed, this, items, epoch, after, frames.maxItem(job));
        job.feed = subscriber;
        job.ledger.leavesItsPlace(job);
        job.ledger.streams(job, items);
        subscribers.add(subscriber);
        subscriber.advance();
        feed.add(subscriber);
        job.ledger.deal();
    }

    void remove(FeedSubscriber subscriber) {
        subscribers.remove(subscriber);
        frames.remove(subscriber.job);
    }

    /** A new life of the node begins: subscribers of the former one are gone. */
    void restart() {
        stop();
        epoch = Math.max(epoch + 1, newEpoch());
        sources.values().forEach(FeedSource::restart);
    }

    /** Takes no more subscribers. */
    void close() {
        closed = true;
    }

    void stop() {
        List.copyOf(subscribers).forEach(FeedSubscriber::stop);
    }

    List<FeedStats> stats() {
        return sources.values().stream().map(FeedSource::stats).toList();
    }
}
