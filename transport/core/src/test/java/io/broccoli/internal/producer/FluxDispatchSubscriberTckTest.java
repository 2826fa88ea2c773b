package io.broccoli.internal.producer;

import io.broccoli.internal.member.Calls;
import io.broccoli.internal.member.TckCluster;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The rules of Reactive Streams, for what enters the operator. */
@SuppressWarnings("NullAway.Init") // by join
public class FluxDispatchSubscriberTckTest extends SubscriberBlackboxVerification<Integer> {

    private TckCluster cluster;

    public FluxDispatchSubscriberTckTest() {
        super(TckCluster.environment());
    }

    @BeforeClass
    public void join() {
        cluster = TckCluster.adding();
    }

    @AfterClass
    public void leave() {
        cluster.close();
    }

    @Override
    public Subscriber<Integer> createSubscriber() {
        AtomicReference<Subscriber<? super Integer>> inner = new AtomicReference<>();
        Publisher<Integer> source = inner::set; // what the operator subscribes to it is the one that is looked at
        cluster.dispatch(source, Calls.doubling()).subscribe(outcome -> {}, failed -> {});
        @SuppressWarnings("unchecked")
        Subscriber<Integer> subscriber = (Subscriber<Integer>) Objects.requireNonNull(inner.get());
        return subscriber;
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }

    @Override
    public void triggerRequest(Subscriber<? super Integer> subscriber) {
        // the operator asks by itself, as its own subscriber is unbounded
    }

    @Override
    public Publisher<Integer> createHelperPublisher(long elements) {
        return Flux.range(0, (int) Math.min(elements, 1024));
    }
}
