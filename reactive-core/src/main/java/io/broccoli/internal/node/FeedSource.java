package io.broccoli.internal.node;

import io.broccoli.feed.FeedStats;
import io.broccoli.feed.Source;
import io.broccoli.internal.view.ViewProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One feed of a node: its publisher, as long as somebody listens, and who does. Belongs to the member's serial executor. */
public final class FeedSource implements FeedOrigin {

    /** In the place of a source that is not offered any more, of which nothing is to be kept. */
    private static final Source GONE = Source.of(Mono.never());

    private final String name;
    private Source source;
    private final NodeFeeds feeds;
    private final List<FeedListener> subscribers = new ArrayList<>(); // bounded by what the node serves
    private final Map<ViewProgram, FeedView> views =
            new LinkedHashMap<>(); // that are subscribed; among the subscribers
    private final FeedHoldUp holdUp;
    private long numbers; // of subscribers, in the order in which they came
    private @Nullable Intake intake; // null: nobody listens
    private long asked; // of a publisher that waits, and not arrived

    private long produced; // in this life
    private long producedBefore;
    private long passedOn;
    private long missed;
    private int mostWaiting;
    private int mostUnconfirmed;

    FeedSource(String name, Source source, NodeFeeds feeds) {
        this.name = name;
        this.source = source;
        this.feeds = feeds;
        this.holdUp = new FeedHoldUp(plainName(), feeds.member());
    }

    private String plainName() {
        return name.substring(Source.TASK_PREFIX.length());
    }

    @Override
    public long nextNumber() {
        return ++numbers;
    }

    @Override
    public long produced() {
        return produced;
    }

    @Override
    public int kept() {
        return source.kept();
    }

    Source source() {
        return source;
    }

    /** What subscribers of a view subscribe to. */
    FeedView view(ViewProgram program) {
        return views.computeIfAbsent(program, each -> new FeedView(each, this, feeds));
    }

    /** Whoever subscribes to an equal view begins anew. */
    void forget(ViewProgram program, FeedView view) {
        views.remove(program, view);
    }

    @Override
    public void add(FeedSubscriber subscriber) {
        add((FeedListener) subscriber);
    }

    void add(FeedListener subscriber) {
        subscribers.add(subscriber);
        if (intake == null) {
            Intake fresh = feeds.intake(source.slowsDown(), this::changed);
            intake = fresh;
            asked = 0;
            fresh.subscribeTo(source.publisher());
        }
        ask();
    }

    /**
     * Another publisher gives the samples from now on, and their numbers go on. Who listens is ended, and asks again.
     *
     * @param newer null: it is not offered any more
     */
    void replace(@Nullable Source newer) {
        if (newer == source || newer == null && source == GONE) {
            return;
        }
        List<FeedSubscriber> all = new ArrayList<>();
        subscribers.forEach(each -> each.forEachSubscriber(all::add));
        all.forEach(FeedSubscriber::stop);
        close();
        source = newer == null ? GONE : newer;
    }

    /** To be called once in a while. */
    void tend() {
        Intake current = intake;
        if (current != null) {
            current.tend();
            if (source.slowsDown()) {
                List<FeedSubscriber> all = new ArrayList<>();
                subscribers.forEach(each -> each.forEachSubscriber(all::add));
                holdUp.look(all, feeds.nowMillis());
            }
        }
        List.copyOf(views.values()).forEach(FeedView::tend);
    }

    @Override
    public void remove(FeedSubscriber subscriber) {
        remove((FeedListener) subscriber);
    }

    void remove(FeedListener subscriber) {
        subscribers.remove(subscriber);
        if (subscribers.isEmpty()) {
            close();
        } else {
            ask(); // it may have been the slowest
        }
    }

    private void close() {
        Intake current = intake;
        intake = null;
        if (current != null) {
            produced += current.cancel(); // who goes on later missed them
        }
    }

    /** A new life of the node: samples are counted anew. */
    void restart() {
        close();
        producedBefore += produced;
        produced = 0;
    }

    /** Takes what the publisher gave by now. */
    void look() {
        Intake current = intake;
        if (current != null) {
            changed(current);
        }
    }

    private void changed(Intake from) {
        Intake.Arrivals arrivals = from.take();
        produced += arrivals.lost();
        if (from != intake) {
            return; // the last subscriber left meanwhile
        }
        for (Intake.Arrival arrival : arrivals.samples()) {
            produced++;
            asked--;
            for (int i = 0; i < subscribers.size(); i++) {
                subscribers.get(i).offer(produced, arrival);
            }
        }
        produced += arrivals.unwritten() ? 1 : 0;
        if (arrivals.ended()) {
            close();
        }
        for (FeedListener subscriber : List.copyOf(subscribers)) {
            if (arrivals.ended()) {
                subscriber.end(arrivals.error());
            }
            subscriber.advance();
        }
        ask();
    }

    /** Asks a publisher that waits for what the slowest subscriber has room for. */
    @Override
    public void ask() {
        Intake current = intake;
        if (current == null || !source.slowsDown()) {
            return;
        }
        long room = Long.MAX_VALUE; // nobody takes any more
        for (FeedListener subscriber : subscribers) {
            room = Math.min(room, subscriber.room());
        }
        long more = Math.min(room, Intake.MAX_WAITING) - asked;
        if (more > 0 && room < Long.MAX_VALUE) {
            asked += more;
            current.request(more);
        }
    }

    // ---- figures

    @Override
    public void passedOn(long missedBefore, long unconfirmed) {
        passedOn++;
        missed += missedBefore;
        mostUnconfirmed = Math.max(mostUnconfirmed, (int) unconfirmed);
    }

    @Override
    public void waiting(int samples) {
        mostWaiting = Math.max(mostWaiting, samples);
    }

    private int listening() {
        int all = 0;
        for (FeedListener each : subscribers) {
            all += each instanceof FeedView view ? view.subscribers() : 1;
        }
        return all;
    }

    FeedStats stats() {
        return new FeedStats(
                plainName(), listening(), producedBefore + produced, passedOn, missed, mostWaiting, mostUnconfirmed);
    }
}
