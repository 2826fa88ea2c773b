package io.broccoli.internal.node;

import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Timers;
import io.broccoli.internal.view.ViewProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * A view of a source, once for all who subscribe to it: it listens to the source as a subscriber does, and gives results to its own
 * subscribers. Belongs to the member's serial executor.
 */
final class FeedView implements FeedListener, FeedOrigin {

    /** Readings of which nothing passed before a mark says so. */
    static final long MARK_READINGS = 1024;

    /** Milliseconds of readings of which nothing passed before a mark says so. */
    static final long MARK_MILLIS = 5_000;

    /** How long after the end of a pane a reading of it may still be on its way to the executor, in milliseconds. */
    static final long LAG = 100;

    private final ViewProgram program;
    private final FeedSource base;
    private final NodeFeeds feeds;
    private final ViewThread thread;
    private final List<FeedSubscriber> subscribers = new ArrayList<>(); // bounded by what the node serves
    private long pending; // readings that the thread has
    private long covered; // the last reading of which the newest result tells
    private long markedAt; // the newest reading of which subscribers heard, by a result or a mark
    private long markedTime; // and when it was given; 0: there was none yet
    private long newest; // time of the newest reading, in milliseconds
    private @Nullable Disposable timer; // rings when a pane may be over
    private @Nullable ForeignFailure endedBy;
    private boolean ended; // the source gives nothing more
    private boolean over;

    FeedView(ViewProgram program, FeedSource base, NodeFeeds feeds) {
        this.program = program;
        this.base = base;
        this.feeds = feeds;
        this.covered = base.produced();
        this.markedAt = covered;
        this.thread = feeds.viewThread(program, base.source().slowsDown(), this::passed);
    }

    @Override
    public long produced() {
        return covered;
    }

    @Override
    public int kept() {
        return base.kept();
    }

    @Override
    public void add(FeedSubscriber subscriber) {
        subscribers.add(subscriber);
        if (subscribers.size() == 1) {
            base.add(this);
        } else {
            base.ask();
        }
    }

    @Override
    public void remove(FeedSubscriber subscriber) {
        subscribers.remove(subscriber);
        if (subscribers.isEmpty()) {
            close();
        } else {
            base.ask();
        }
    }

    private void close() {
        if (!over) {
            over = true;
            Disposable current = timer;
            if (current != null) {
                Timers.cancel(current);
            }
            thread.close();
            base.forget(program, this);
            base.remove(this);
        }
    }

    @Override
    public long nextNumber() {
        return base.nextNumber();
    }

    @Override
    public void forEachSubscriber(Consumer<FeedSubscriber> action) {
        subscribers.forEach(action);
    }

    @Override
    public void ask() {
        base.ask();
    }

    // ---- readings in

    @Override
    public void offer(long sequence, Intake.Arrival sample) {
        if (!over && !ended) {
            pending++;
            newest = sample.timeMillis();
            refused(thread.offer(sequence, sample));
            arm();
        }
    }

    @Override
    public long room() {
        if (over || ended) {
            return Long.MAX_VALUE;
        }
        long room = Long.MAX_VALUE; // nobody takes any more
        for (FeedSubscriber subscriber : subscribers) {
            room = Math.min(room, subscriber.room());
        }
        return room == Long.MAX_VALUE ? room : room - pending;
    }

    @Override
    public void end(@Nullable ForeignFailure why) {
        if (!over && !ended) {
            ended = true;
            endedBy = why;
            base.forget(program, this); // whoever subscribes now begins anew
            refused(thread.end());
        }
    }

    @Override
    public void advance() {
        // Results come by themselves.
    }

    void tend() {
        refused(thread.tend());
    }

    private void refused(@Nullable String why) {
        if (why != null) { // not at once: the source may be going through its listeners
            feeds.soon(() -> fail(new ViewThread.Failure(feeds.refused(why), 0)));
        }
    }

    /** A pane of time ends though no reading comes behind it. */
    private void arm() {
        long length = program.paneMillis();
        if (length > 0 && timer == null) {
            long wait = Math.floorDiv(newest, length) * length + length + LAG - feeds.nowMillis();
            timer = feeds.later(this::ring, Math.max(1, Math.min(wait, length + LAG)));
        }
    }

    private void ring() {
        timer = null;
        if (!over && !ended) {
            long now = feeds.nowMillis() - LAG;
            base.look(); // what came before now
            if (!ended && !over) {
                refused(thread.tick(now));
                if (Math.floorDiv(now, program.paneMillis()) <= Math.floorDiv(newest, program.paneMillis())) {
                    arm(); // the pane of the newest reading is not over
                }
            }
        }
    }

    // ---- results out

    private void passed(ViewThread.Batch batch) {
        pending -= batch.taken();
        if (over) {
            return;
        }
        for (ViewThread.Passed each : batch.results()) {
            covered = each.sequence();
            markedAt = covered;
            markedTime = each.sample().timeMillis();
            for (FeedSubscriber subscriber : List.copyOf(subscribers)) {
                subscriber.offer(covered, each.sample());
            }
        }
        if (batch.read() > 0) {
            mark(batch.read(), batch.time());
        }
        if (batch.failure() != null) {
            fail(batch.failure());
            return;
        }
        for (FeedSubscriber subscriber : List.copyOf(subscribers)) {
            if (batch.ended()) {
                subscriber.end(endedBy);
            }
            subscriber.advance();
        }
        base.ask();
    }

    private void mark(long read, long time) {
        markedTime = markedTime == 0 ? time : markedTime;
        if (read - markedAt >= MARK_READINGS || time - markedTime >= MARK_MILLIS) {
            markedAt = read;
            markedTime = time;
            for (FeedSubscriber subscriber : List.copyOf(subscribers)) {
                subscriber.mark(time);
            }
        }
    }

    private void fail(ViewThread.Failure failure) {
        for (FeedSubscriber subscriber : List.copyOf(subscribers)) {
            subscriber.end(failure.why(), failure.step());
            subscriber.advance();
        }
        base.forget(program, this);
        ended = true; // those for whom results wait stay until they have them
        base.ask();
    }

    int subscribers() {
        return subscribers.size();
    }

    // ---- figures: a view's are those of its source

    @Override
    public void passedOn(long missedBefore, long unconfirmed) {
        base.passedOn(missedBefore, unconfirmed);
    }

    @Override
    public void waiting(int samples) {
        base.waiting(samples);
    }
}
