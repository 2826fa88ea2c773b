package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A message to be published when subscribed to, once for each subscriber. Written by hand instead of by {@code Mono.create},
 * because one of these is made for each frame.
 */
final class Publication extends Mono<Void> {

    private final Outbox outbox;
    private final MqttTopic topic;
    private final byte[] payload;
    private final boolean acknowledged;
    private final boolean kept;

    /**
     * @param acknowledged QoS 1, else 0
     * @param kept retained; such a message is also taken by an outbox that is full
     */
    Publication(Outbox outbox, MqttTopic topic, byte[] payload, boolean acknowledged, boolean kept) {
        this.outbox = outbox;
        this.topic = topic;
        this.payload = payload;
        this.acknowledged = acknowledged;
        this.kept = kept;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        Delivery delivery = new Delivery(this, actual);
        actual.onSubscribe(delivery);
        outbox.accept(delivery, kept);
    }

    /** One subscriber's turn. Ends once, by whatever comes first. */
    static final class Delivery implements Subscription {

        @SuppressWarnings("rawtypes")
        private static final AtomicReferenceFieldUpdater<Delivery, CoreSubscriber> ACTUAL =
                AtomicReferenceFieldUpdater.newUpdater(Delivery.class, CoreSubscriber.class, "actual");

        private final Publication publication;
        private volatile @Nullable CoreSubscriber<? super Void> actual;

        private Delivery(Publication publication, CoreSubscriber<? super Void> actual) {
            this.publication = publication;
            this.actual = actual;
        }

        int length() {
            return publication.payload.length;
        }

        boolean acknowledged() {
            return publication.acknowledged;
        }

        boolean isCancelled() {
            return actual == null;
        }

        Mqtt3Publish message() {
            return Mqtt3Publish.builder()
                    .topic(publication.topic)
                    .payload(publication.payload)
                    .qos(publication.acknowledged ? MqttQos.AT_LEAST_ONCE : MqttQos.AT_MOST_ONCE)
                    .retain(publication.kept)
                    .build();
        }

        void end(@Nullable Throwable error) {
            CoreSubscriber<?> waiting = ACTUAL.getAndSet(this, null);
            if (waiting == null) {
                return;
            }
            if (error == null) {
                waiting.onComplete();
            } else {
                waiting.onError(error);
            }
        }

        /** Nothing is ever emitted but the end. */
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {
            actual = null;
        }
    }
}
