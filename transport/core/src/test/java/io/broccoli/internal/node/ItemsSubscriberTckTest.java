package io.broccoli.internal.node;

import io.broccoli.internal.member.ItemStreams;
import io.broccoli.internal.member.TckCluster;
import io.broccoli.task.TaskRegistry;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Mono;

/** The rules of Reactive Streams, for what a node subscribes to the publisher that a handler gave. */
@SuppressWarnings("NullAway.Init") // by join
public class ItemsSubscriberTckTest extends SubscriberBlackboxVerification<Integer> {

    private final LinkedBlockingQueue<Subscriber<? super Integer>> inner = new LinkedBlockingQueue<>();
    private TckCluster cluster;

    public ItemsSubscriberTckTest() {
        super(TckCluster.environment());
    }

    @BeforeClass
    public void join() {
        cluster = new TckCluster(TaskRegistry.builder()
                .task("given", "n", Integer.class, n -> (Publisher<Integer>) inner::add)
                .build());
    }

    @AfterClass
    public void leave() {
        cluster.close();
    }

    @Override
    public Subscriber<Integer> createSubscriber() {
        cluster.dispatch(Mono.just(1), ItemStreams.Several.of("given")).subscribe(outcome -> {}, failed -> {});
        try {
            @SuppressWarnings("unchecked")
            Subscriber<Integer> subscriber = (Subscriber<Integer>)
                    Objects.requireNonNull(inner.poll(5, TimeUnit.SECONDS), "nothing was subscribed");
            return subscriber;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }

    @Override
    public void triggerRequest(Subscriber<? super Integer> subscriber) {
        // it asks by itself, as far as its stream is asked
    }
}
