package io.broccoli.dispatch;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The rules of Reactive Streams, for what leaves the operator. */
@SuppressWarnings("NullAway.Init") // by join
public class FluxDispatchPublisherTckTest extends PublisherVerification<TaskOutcome<Integer>> {

    private final MemoryNetwork network = new MemoryNetwork();
    private Node node;
    private Cluster client;

    public FluxDispatchPublisherTckTest() {
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
    public Publisher<TaskOutcome<Integer>> createPublisher(long elements) {
        return client.dispatch(Flux.range(0, (int) elements), Calls.doubling(), DispatchOptions.DEFAULTS);
    }

    @Override
    public Publisher<TaskOutcome<Integer>> createFailedPublisher() {
        return client.dispatch(
                Flux.<Integer>error(new IllegalStateException("as the test wants it")),
                Calls.doubling(),
                DispatchOptions.DEFAULTS);
    }

    @Override
    public long maxElementsFromPublisher() {
        return Integer.MAX_VALUE;
    }
}
