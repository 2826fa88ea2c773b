package io.broccoli.dispatch;

import io.broccoli.transport.codec.MessagePackPayloadCodec;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import reactor.core.scheduler.Schedulers;

/** The rules of Reactive Streams, for what a node subscribes to the publisher of a feed. */
public class SourceSubscriberTckTest extends SubscriberBlackboxVerification<Object> {

    public SourceSubscriberTckTest() {
        super(TckCluster.environment());
    }

    @Override
    public Subscriber<Object> createSubscriber() {
        return new Intake(
                Schedulers.immediate(),
                Schedulers.immediate().createWorker(),
                new MessagePackPayloadCodec(),
                true,
                () -> {});
    }

    @Override
    public Object createElement(int element) {
        return element;
    }

    @Override
    public void triggerRequest(Subscriber<? super Object> subscriber) {
        ((Intake) subscriber).request(1);
    }
}
