package io.broccoli.dispatch;

import io.broccoli.frame.Payload;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.UnencodableException;
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
import reactor.core.scheduler.Scheduler;

/**
 * One subscription of a node to the publisher of a feed. Samples are encoded, once for all subscribers, on the thread that brings
 * them, and wait here for the member's executor: of those that were not asked for, the newest.
 */
final class Intake implements CoreSubscriber<Object> {

    /** Samples that may wait for the executor. One that is asked for finds room: so many are asked for at most. */
    static final int MAX_WAITING = io.broccoli.credit.ItemSource.MAX_WINDOW;

    private final Scheduler clock;
    private final Scheduler.Worker thread;
    private final PayloadCodec codec;
    private final Runnable changed; // to be run on the executor
    private final AtomicBoolean noted = new AtomicBoolean();

    // Guarded by this.
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
    private long lost; // of those that waited, since the last look
    private long owed; // requests that came before there was a subscription
    private @Nullable Subscription subscription;
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
        if (!counts) { // it is asked as it is subscribed: what gives by itself does not wait
            left = Long.MAX_VALUE;
            owed = Long.MAX_VALUE;
        }
    }

    /** To be called once. */
    void subscribeTo(Publisher<?> publisher) {
        thread.schedule(() -> {
            try {
                publisher.subscribe(this);
            } catch (RuntimeException thrown) { // it should not, but its subscribers need not wait for ever
                end(thrown);
            }
        });
    }

    void request(long more) {
        thread.schedule(() -> {
            Subscription current;
            synchronized (this) {
                left = Operators.addCap(left, more);
                current = subscription;
                if (current == null) {
                    owed = Operators.addCap(owed, more);
                }
            }
            if (current != null) {
                current.request(more);
            }
        });
    }

    /** Nobody listens any more. */
    void cancel() {
        Subscription current;
        synchronized (this) {
            cancelled = true;
            ended = true;
            waiting.clear();
            current = subscription;
        }
        if (current != null) {
            current.cancel(); // not behind what its publisher may be doing on the thread, for ever perhaps
        }
        thread.schedule(thread::dispose);
    }

    /** Takes what waits; to be called on the executor. */
    synchronized Arrivals take() {
        noted.set(false);
        Arrivals taken = new Arrivals(lost, new ArrayList<>(waiting), ended, error);
        waiting.clear();
        lost = 0;
        return taken;
    }

    // ---- signals, on any thread

    @Override
    public void onSubscribe(Subscription received) {
        long first;
        boolean late;
        synchronized (this) {
            if (!Operators.validate(subscription, received)) {
                return;
            }
            subscription = received;
            first = owed;
            late = cancelled;
        }
        if (late) {
            received.cancel();
        } else if (first > 0) {
            received.request(first);
        }
    }

    @Override
    public void onNext(Object item) {
        Payload encoded;
        try {
            encoded = codec.encode(item);
        } catch (UnencodableException unencodable) {
            stop(unencodable);
            return;
        }
        Arrival arrival = new Arrival(clock.now(TimeUnit.MILLISECONDS), encoded);
        boolean tooMany;
        synchronized (this) {
            if (ended) {
                return; // it was cancelled, or failed
            }
            tooMany = left == 0;
            left -= left == Long.MAX_VALUE || tooMany ? 0 : 1;
            waiting.addLast(arrival);
            if (waiting.size() > MAX_WAITING) {
                waiting.removeFirst();
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
        if (!end(failed)) {
            Operators.onErrorDropped(failed, currentContext());
        }
    }

    @Override
    public void onComplete() {
        end(null);
    }

    private void stop(Throwable why) {
        Subscription current;
        synchronized (this) {
            current = subscription;
        }
        if (current != null) {
            current.cancel();
        }
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
