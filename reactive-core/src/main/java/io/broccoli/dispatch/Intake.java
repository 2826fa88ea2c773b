package io.broccoli.dispatch;

import io.broccoli.frame.Payload;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.UnencodableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/**
 * One subscription of a node to the publisher of a feed. Samples are encoded, once for all subscribers, on the thread that brings
 * them, and wait here for the member's executor: of those that were not asked for, the newest.
 */
final class Intake implements CoreSubscriber<Object> {

    /** Samples that may wait for the executor. One that is asked for finds room: so many are asked for at most. */
    static final int MAX_WAITING = io.broccoli.credit.ItemSource.MAX_WINDOW;

    /** Bytes of samples that may wait so where they were not asked for; one may always. */
    static final long MAX_BYTES = FeedSubscriber.MAX_BYTES;

    private final Scheduler clock;
    private final Scheduler.Worker thread;
    private final PayloadCodec codec;
    private final boolean counts;
    private final Runnable changed; // to be run on the executor
    private final LateSubscription subscription = new LateSubscription();
    private final AtomicBoolean noted = new AtomicBoolean();

    // Guarded by this.
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
    private long bytes; // of those
    private long lost; // of those that waited, since the last look
    private boolean cancelled;
    private boolean ended;
    private @Nullable Throwable error;
    private long left; // of what was asked for

    /** A sample as the publisher gave it. */
    record Arrival(long timeMillis, Payload value) {}

    /** What came since the last look; {@code lost} came before all of it. */
    record Arrivals(
            long lost,
            List<Arrival> samples,
            boolean ended,
            @Nullable Throwable error) {}

    /**
     * @param clock for the time of samples
     * @param thread on which the publisher is subscribed and asked
     * @param counts whether the publisher gives no more than it is asked for; else it is asked for all
     * @param changed runs when there is something to {@link #take}, on any thread
     */
    Intake(Scheduler clock, Scheduler.Worker thread, PayloadCodec codec, boolean counts, Runnable changed) {
        this.clock = clock;
        this.thread = thread;
        this.codec = codec;
        this.changed = changed;
        this.counts = counts;
        if (!counts) { // it is asked as it is subscribed: what gives by itself does not wait
            left = Long.MAX_VALUE;
            subscription.request(Long.MAX_VALUE);
        }
    }

    /** To be called once. */
    void subscribeTo(Publisher<?> publisher) {
        thread.schedule(() -> guarded(() -> publisher.subscribe(this)));
    }

    void request(long more) {
        thread.schedule(() -> guarded(() -> {
            synchronized (this) {
                left = Operators.addCap(left, more);
            }
            subscription.request(more);
        }));
    }

    /** A publisher that throws breaks a rule; who listens to it is told all the same, and need not wait for ever. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            subscription.cancel();
            onError(thrown);
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
        subscription.cancel(); // not behind what its publisher may be doing on the thread, for ever perhaps
        thread.schedule(thread::dispose);
        return dropped;
    }

    /** Takes what waits; to be called on the executor. */
    synchronized Arrivals take() {
        noted.set(false);
        Arrivals taken = new Arrivals(lost, new ArrayList<>(waiting), ended, error);
        waiting.clear();
        bytes = 0;
        lost = 0;
        return taken;
    }

    // ---- signals, on any thread

    @Override
    public void onSubscribe(Subscription received) {
        subscription.set(Objects.requireNonNull(received, "subscription"));
    }

    @Override
    public void onNext(Object item) {
        Payload encoded;
        try {
            encoded = codec.encode(Objects.requireNonNull(item, "item"));
        } catch (UnencodableException unencodable) {
            stop(unencodable);
            return;
        }
        Arrival arrival = new Arrival(clock.now(TimeUnit.MILLISECONDS), encoded);
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
                bytes += encoded.length();
            }
            while (waiting.size() > MAX_WAITING || !counts && waiting.size() > 1 && bytes > MAX_BYTES) {
                bytes -= waiting.removeFirst().value().length();
                lost++;
            }
        }
        if (tooMany) {
            stop(new IllegalStateException("The source's publisher gave more than it was asked for"));
        } else {
            note();
        }
    }

    @Override
    public void onError(Throwable failed) {
        if (!end(Objects.requireNonNull(failed, "failed"))) {
            Operators.onErrorDropped(failed, currentContext());
        }
    }

    @Override
    public void onComplete() {
        end(null);
    }

    private void stop(Throwable why) {
        subscription.cancel();
        end(why);
    }

    private boolean end(@Nullable Throwable why) {
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            error = why;
        }
        note();
        return true;
    }

    private void note() {
        if (noted.compareAndSet(false, true)) {
            changed.run();
        }
    }
}
