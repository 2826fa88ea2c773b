package io.broccoli.dispatch;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Mono;

/** The rules of Reactive Streams, for what a node subscribes to the publisher that a handler gave. */
@SuppressWarnings("NullAway.Init") // by join
public class ItemsSubscriberTckTest extends SubscriberBlackboxVerification<Integer> {

    private final MemoryNetwork network = new MemoryNetwork();
    private final LinkedBlockingQueue<Subscriber<? super Integer>> inner = new LinkedBlockingQueue<>();
    private Node node;
    private Cluster client;

    public ItemsSubscriberTckTest() {
        super(new TestEnvironment(3_000, 100));
    }

    @BeforeClass
    public void join() {
        ClusterOptions options = ClusterOptions.of("memory:tck").withTransport(network);
        TaskRegistry tasks = TaskRegistry.builder()
                .task("given", "n", Integer.class, n -> (Publisher<Integer>) inner::add)
                .build();
        node = Node.start(options.withMember("node"), NodeOptions.DEFAULTS.withWorkers(64), tasks);
        client = Cluster.connect(options);
        client.awaitNodes(1, Duration.ofSeconds(5)).block();
    }

    @AfterClass
    public void leave() {
        client.close();
        node.close();
    }

    @Override
    public Subscriber<Integer> createSubscriber() {
        client.dispatch(Mono.just(1), ItemStreams.Several.of("given"), DispatchOptions.DEFAULTS)
                .subscribe(outcome -> {}, failed -> {});
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
