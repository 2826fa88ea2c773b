package io.broccoli.internal.node;

import io.broccoli.internal.member.TckCluster;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;

/** The rules of Reactive Streams, for what a node subscribes to the publisher of a feed. */
public class SourceSubscriberTckTest extends SubscriberBlackboxVerification<Object> {

    public SourceSubscriberTckTest() {
        super(TckCluster.environment());
    }

    @Override
    public Subscriber<Object> createSubscriber() {
        return TestIntake.of(true, () -> {});
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
