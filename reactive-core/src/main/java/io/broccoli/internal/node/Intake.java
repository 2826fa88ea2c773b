package io.broccoli.internal.node;

import io.broccoli.frame.Payload;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Timers;
import io.broccoli.internal.boundary.Upstream;
import io.broccoli.internal.boundary.WorkerThread;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One subscription of a node to the publisher of a feed. Samples are encoded, once for all subscribers, on the thread that brings
 * them, and wait here for the member's executor: of those that were not asked for, the newest.
 */
public final class Intake implements CoreSubscriber<Object> {

    /** Samples that may wait for the executor. One that is asked for finds room: so many are asked for at most. */
    static final int MAX_WAITING = io.broccoli.internal.credit.ItemSource.MAX_WINDOW;

    /** Bytes of samples that may wait so where they were not asked for; one may always. */
    static final long MAX_BYTES = FeedSubscriber.MAX_BYTES;

    private final Timers clock;
    private final WorkerThread thread;
    private final ThreadActions actions; // bounded by what is asked for, as the samples are
    private final Boundary boundary;
    private final boolean counts;
    private final Runnable changed; // to be run on the executor
    private final Upstream upstream;
    private final AtomicBoolean noted = new AtomicBoolean();

    // Guarded by this.
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
    private long bytes; // of those
    private long lost; // of those that waited, since the last look
    private boolean cancelled;
    private boolean ended;
    private boolean unwritten; // the last sample could not be written
    private @Nullable ForeignFailure error;
    private long left; // of what was asked for

    /** A sample as the publisher gave it, or what a view made of so many. */
    record Arrival(long timeMillis, Payload value, long used) {}

    /**
     * What came since the last look.
     *
     * @param lost how many samples came before all of it
     * @param unwritten whether a sample that could not be written came behind all of it
     * @param error by which it ended, if it did; null at its good end
     */
    record Arrivals(
            long lost,
            List<Arrival> samples,
            boolean unwritten,
            boolean ended,
            @Nullable ForeignFailure error) {}

    /**
     * @param thread on which the publisher is subscribed and asked
     * @param counts whether the publisher gives no more than it is asked for; else it is asked for all
     * @param changed runs when there is something to {@link #take}, on any thread
     */
    Intake(MemberContext context, WorkerThread thread, boolean counts, Runnable changed) {
        this.clock = context.timers();
        this.thread = thread;
        this.actions = new ThreadActions(thread);
        this.boundary = context.boundary();
        this.changed = changed;
        this.counts = counts;
        this.upstream = new Upstream("The publisher of the feed", boundary.guard());
        if (!counts) { // it is asked as it is subscribed: what gives by itself does not wait
            left = Long.MAX_VALUE;
            upstream.request(Long.MAX_VALUE);
        }
    }

    /** To be called once. */
    void subscribeTo(Publisher<?> publisher) {
        onThread(() -> broken(upstream.subscribe(publisher, this)));
    }

    void request(long more) {
        onThread(() -> {
            synchronized (this) {
                left = Operators.addCap(left, more);
            }
            broken(upstream.request(more));
        });
    }

    private void onThread(Runnable action) {
        refused(actions.schedule(action));
    }

    private void refused(@Nullable String why) {
        if (why != null) {
            stop(boundary.guard().refused("The scheduler of the feeds", why));
        }
    }

    /** To be called once in a while, on the executor: what the scheduler took and lost is scheduled again. */
    void tend() {
        boolean over;
        synchronized (this) {
            over = ended;
        }
        if (!over) {
            refused(actions.tend());
        }
    }

    /** A publisher that throws breaks a rule; who listens to it is told all the same, and need not wait for ever. */
    private void broken(@Nullable ForeignFailure how) {
        if (how != null) {
            stop(how);
        }
    }

    /**
     * Nobody listens any more.
     *
     * @return how many samples came that nobody took
     */
    long cancel() {
        long dropped;
        synchronized (this) {
            cancelled = true;
            ended = true;
            dropped = lost + waiting.size();
            lost = 0;
            waiting.clear();
        }
        upstream.cancel(); // not behind what its publisher may be doing on the thread, for ever perhaps
        thread.schedule(thread::dispose);
        return dropped;
    }

    /** Takes what waits; to be called on the executor. */
    synchronized Arrivals take() {
        noted.set(false);
        Arrivals taken = new Arrivals(lost, new ArrayList<>(waiting), unwritten, ended, error);
        unwritten = false;
        waiting.clear();
        bytes = 0;
        lost = 0;
        return taken;
    }

    // ---- signals, on any thread

    @Override
    public void onSubscribe(Subscription received) {
        broken(upstream.set(upstream.required(received, "subscription", this::stop)));
    }

    @Override
    public void onNext(Object item) {
        Payload value;
        try {
            value = boundary.values().encode(upstream.required(item, "sample", this::stop));
        } catch (ForeignFailure failed) {
            unwritable(failed);
            return;
        }
        Arrival arrival = new Arrival(clock.now(TimeUnit.MILLISECONDS), value, 1);
        boolean tooMany;
        synchronized (this) {
            if (ended && !cancelled) {
                return; // it failed before
            }
            tooMany = left == 0 && !cancelled;
            left -= left == Long.MAX_VALUE || left == 0 ? 0 : 1;
            if (cancelled) {
                lost++; // it was given, though nobody listens any more
            } else {
                waiting.addLast(arrival);
                bytes += value.length();
            }
            while (waiting.size() > MAX_WAITING || !counts && waiting.size() > 1 && bytes > MAX_BYTES) {
                bytes -= waiting.removeFirst().value().length();
                lost++;
            }
        }
        if (tooMany) {
            stop(boundary.guard().broken("The publisher of the feed", "gave more than it was asked for"));
        } else {
            note();
        }
    }

    /** It was given, and counts as missed by all. */
    private void unwritable(ForeignFailure why) {
        synchronized (this) {
            if (cancelled) {
                lost++;
            } else if (!ended) {
                unwritten = true;
            }
        }
        stop(why);
    }

    @Override
    public void onError(Throwable failed) {
        end(boundary.handlers().failed(upstream.required(failed, "error", this::stop)));
    }

    @Override
    public void onComplete() {
        end(null);
    }

    private void stop(ForeignFailure why) {
        upstream.cancel();
        end(why);
    }

    /** The first end counts. */
    private void end(@Nullable ForeignFailure why) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            error = why;
        }
        note();
    }

    private void note() {
        if (noted.compareAndSet(false, true)) {
            changed.run();
        }
    }
}
