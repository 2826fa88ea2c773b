package io.broccoli.internal.node;

import io.broccoli.feed.FeedStats;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Values;
import io.broccoli.internal.boundary.WorkerThread;
import io.broccoli.internal.credit.ItemSource;
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
public final class NodeFeeds {

    private final Executor loop;
    private final MemberContext context;
    private final Scheduler threads;
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
    NodeFeeds(MemberContext context, Scheduler threads, ItemFrames frames, int most) {
        this.loop = context.loop();
        this.context = context;
        this.threads = threads;
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

    Values values() {
        return context.boundary().values();
    }

    /** Of this life: positions of another one tell nothing. */
    long epoch() {
        return epoch;
    }

    Intake intake(boolean counts, Consumer<Intake> changed) {
        Intake[] self = new Intake[1];
        Runnable note = () -> loop.execute(() -> changed.accept(self[0]));
        self[0] = new Intake(context, WorkerThread.of(threads), counts, note);
        return self[0];
    }

    /** On a worker, which is free again at once. */
    void subscribe(NodeTask task, Ending outcome, Step.Subscribe to) {
        loop.execute(() -> begin(task, outcome, to));
    }

    private void begin(NodeTask task, Ending outcome, Step.Subscribe to) {
        if (closed || task.isStopped() || task.isFenced()) {
            outcome.end(Step.Done.ABORTED);
            return;
        }
        if (subscribers.size() >= most) {
            outcome.end(outcome.failed(
                    FailureKind.TOO_MANY_SUBSCRIBERS, "The node serves " + most + " subscribers, as many as it may"));
            return;
        }
        FeedSource feed = sources.computeIfAbsent(to.feed(), each -> new FeedSource(each, to.source(), this));
        ItemSource items = new ItemSource(
                task.seq(), true, to.headers().itemLimit(), to.headers().received());
        FeedSubscriber subscriber = new FeedSubscriber(task, outcome, feed, this, items, to.after());
        task.givenBy(subscriber);
        task.ledger.leavesItsPlace(task);
        task.ledger.streams(task, items);
        subscribers.add(subscriber);
        subscriber.advance();
        feed.add(subscriber);
        task.ledger.deal();
    }

    void remove(FeedSubscriber subscriber) {
        subscribers.remove(subscriber);
        frames.remove(subscriber.task);
    }

    /** To be called once in a while: what the scheduler of the publishers lost is scheduled again. */
    void tend() {
        sources.values().forEach(FeedSource::tend);
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
