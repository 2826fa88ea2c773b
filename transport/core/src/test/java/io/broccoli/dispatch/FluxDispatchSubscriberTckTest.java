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
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The rules of Reactive Streams, for what enters the operator. */
@SuppressWarnings("NullAway.Init") // by join
public class FluxDispatchSubscriberTckTest extends SubscriberBlackboxVerification<Integer> {

    private final MemoryNetwork network = new MemoryNetwork();
    private Node node;
    private Cluster client;

    public FluxDispatchSubscriberTckTest() {
        super(new TestEnvironment(3_000, 100));
    }

    @BeforeClass
    public void join() {
        ClusterOptions options = ClusterOptions.of("memory:tck").withTransport(network);
        TaskRegistry tasks = TaskRegistry.builder()
                .task("add", "x", Integer.class, "y", Integer.class, Integer::sum)
                .build();
        node = Node.start(options.withMember("node"), NodeOptions.DEFAULTS, tasks);
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
        AtomicReference<Subscriber<? super Integer>> inner = new AtomicReference<>();
        Publisher<Integer> source = inner::set; // what the operator subscribes to it is the one that is looked at
        client.dispatch(source, Calls.doubling(), DispatchOptions.DEFAULTS).subscribe(outcome -> {}, failed -> {});
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
