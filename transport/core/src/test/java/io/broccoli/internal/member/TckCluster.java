package io.broccoli.internal.member;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** A client and a node, for tests of the rules of Reactive Streams. */
public final class TckCluster implements AutoCloseable {

    private final Node node;
    private final Cluster client;

    /** A JVM that has just started takes its time; one beside others that take all processors gets more of it. */
    public static TestEnvironment environment() {
        return new TestEnvironment(Long.getLong("broccoli.tck.timeout", 3_000), 100);
    }

    public TckCluster(TaskRegistry tasks) {
        ClusterOptions options = ClusterOptions.of("memory:tck").withTransport(new MemoryNetwork());
        node = Node.start(options.withMember("node"), NodeOptions.DEFAULTS.withWorkers(64), tasks);
        client = Cluster.connect(options);
        client.awaitNodes(1, Duration.ofSeconds(30)).block();
    }

    /** For {@link Calls#doubling}. */
    public static TckCluster adding() {
        return new TckCluster(TaskRegistry.builder()
                .task("add", "x", Integer.class, "y", Integer.class, Integer::sum)
                .build());
    }

    public <R> Flux<TaskOutcome<R>> dispatch(Publisher<Integer> source, Plan<Integer, R> plan) {
        return client.dispatch(source, plan, DispatchOptions.DEFAULTS);
    }

    @Override
    public void close() {
        client.close();
        node.close();
    }
}
