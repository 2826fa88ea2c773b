package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3PublishResult;
import io.broccoli.transport.mqtt.Publication.Delivery;
import io.reactivex.Flowable;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * All that goes out over one connection and those that follow it, as the one flow that the client drains. Takes messages from any
 * thread and never blocks; what was taken and did not end yet is counted, and the count is bounded, because the client's own
 * buffer is not.
 *
 * <p>Which message a result belongs to is known by order: of one QoS, results come in the order of the messages. (For QoS 0 they
 * are the results of writes to one socket after the other; for QoS 1 the MQTT specification demands it of the broker. At the end of
 * a session the client itself gives all that is open its result, in order.)
 */
final class Outbox extends Flowable<Mqtt3Publish> implements Subscription {

    /** How many frames may be under way. */
    static final int MOST_FRAMES = 4_096;

    /** How many bytes they may have in all: small frames are many, and large ones must not fill the memory. */
    static final long MOST_BYTES = 16 * 1024 * 1024;

    /** Brokers with a limit take messages of so many bytes. */
    static final int SMALL = 1_024;

    private static final int CHUNK = 256;

    private static final AtomicLongFieldUpdater<Outbox> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Outbox.class, "requested");

    private final UnaryOperator<Throwable> explain;
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Delivery> waiting =
            Queues.<Delivery>unboundedMultiproducer().get();
    private final AtomicInteger draining = new AtomicInteger();
    private volatile long requested;
    private volatile int largest; // that was taken since it was opened; about, as it is only said
    private volatile @Nullable String lastPeer; // that a frame was for, likewise

    // filled by whoever drains, emptied by the event loop
    private final Queue<Delivery> written = Queues.<Delivery>unbounded(CHUNK).get();
    private final Queue<Delivery> unacknowledged =
            Queues.<Delivery>unbounded(CHUNK).get();

    private volatile @Nullable Subscriber<? super Mqtt3Publish> client;
    private volatile @Nullable Throwable shut;
    private volatile @Nullable Throwable ended;

    /**
     * @param explain makes the user's error of the client's error
     * @param shut why nothing can be sent yet
     */
    Outbox(UnaryOperator<Throwable> explain, Throwable shut) {
        this.explain = explain;
        this.shut = shut;
    }

    /** What is taken from now on goes out. */
    void open() {
        largest = 0;
        lastPeer = null;
        shut = null;
    }

    /** The largest message that was taken since it was opened, in bytes. */
    int largest() {
        return largest;
    }

    /** A frame to another member is taken next. */
    void frameTo(String peer) {
        lastPeer = peer;
    }

    /** The member that the last frame was for which was taken since it was opened; null if there was none. */
    @Nullable String lastPeer() {
        return lastPeer;
    }

    /** What is taken from now on ends with this error at once; what was taken before ends by the client's results. */
    void shut(Throwable cause) {
        shut = cause;
    }

    /** Nothing will be taken any more; the client's flow ends when the last result came. */
    void end(Throwable cause) {
        shut = cause;
        ended = cause;
        drain();
    }

    /** In frames. */
    int held() {
        return frames.get();
    }

    /** @param always whether it is taken beyond the bounds too */
    void accept(Delivery delivery, boolean always) {
        Throwable cause = shut;
        if (cause != null) {
            delivery.end(cause);
            return;
        }
        if (delivery.length() > largest) {
            largest = delivery.length();
        }
        boolean tooMany = frames.incrementAndGet() > MOST_FRAMES;
        boolean tooLarge = bytes.addAndGet(delivery.length()) > MOST_BYTES;
        if ((tooMany || tooLarge) && !always) {
            leave(delivery);
            delivery.end(tooMany ? OutboxFullException.frames(MOST_FRAMES) : OutboxFullException.bytes(MOST_BYTES));
            return;
        }
        waiting.offer(delivery);
        drain();
    }

    private void leave(Delivery delivery) {
        frames.decrementAndGet();
        bytes.addAndGet(-delivery.length());
    }

    /** On the event loop, for each message in turn. */
    void result(Mqtt3PublishResult result) {
        boolean unsure = result.getPublish().getQos() == MqttQos.AT_MOST_ONCE;
        Delivery delivery = (unsure ? written : unacknowledged).poll();
        if (delivery == null) {
            throw new IllegalStateException(
                    "a result without a message"); // reported by the client's flow; cannot happen
        }
        leave(delivery);
        Throwable error = result.getError().orElse(null);
        delivery.end(error == null ? null : explain.apply(error));
    }

    /** On the event loop, when the client gives no more results. */
    void resultsEnded(Throwable cause) {
        end(cause);
        for (Queue<Delivery> open : List.of(written, unacknowledged)) {
            for (Delivery each = open.poll(); each != null; each = open.poll()) {
                leave(each);
                each.end(cause);
            }
        }
    }

    @Override
    protected void subscribeActual(Subscriber<? super Mqtt3Publish> subscriber) {
        subscriber.onSubscribe(this);
        client = subscriber;
        drain();
    }

    @Override
    public void request(long n) {
        Operators.addCap(REQUESTED, this, n);
        drain();
    }

    /** The client gave up; {@link #resultsEnded} does the rest. */
    @Override
    public void cancel() {
        client = null;
    }

    private void drain() {
        if (draining.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            Subscriber<? super Mqtt3Publish> to = client;
            if (to != null) {
                emit(to);
            }
            Throwable end = ended;
            if (end != null) {
                complete(to, end);
            }
            missed = draining.addAndGet(-missed);
        } while (missed != 0);
    }

    private void emit(Subscriber<? super Mqtt3Publish> to) {
        long demand = requested;
        long emitted = 0;
        while (emitted < demand && ended == null) {
            Delivery next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.isCancelled()) {
                leave(next);
                continue;
            }
            (next.acknowledged() ? unacknowledged : written).offer(next);
            to.onNext(next.message());
            emitted++;
        }
        if (emitted > 0) {
            Operators.produced(REQUESTED, this, emitted);
        }
    }

    private void complete(@Nullable Subscriber<? super Mqtt3Publish> to, Throwable cause) {
        for (Delivery each = waiting.poll(); each != null; each = waiting.poll()) {
            leave(each);
            each.end(cause);
        }
        if (to != null) {
            client = null;
            to.onComplete();
        }
    }
}
