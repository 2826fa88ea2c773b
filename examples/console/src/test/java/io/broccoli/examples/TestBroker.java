package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.transport.broker.EmbeddedBroker;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/** One embedded broker for all tests of this process: its start takes longer than most tests. */
final class TestBroker {

    private static final EmbeddedBroker BROKER = EmbeddedBroker.start();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(BROKER::close));
    }

    private TestBroker() {}

    static String uri() {
        return BROKER.uri().toString();
    }

    /** Nodes with the built-in tasks; whoever starts them closes them. */
    static List<Node> nodes(URI broker, String cluster, int count) {
        ClusterOptions options = ClusterOptions.of(broker.toString()).withCluster(cluster);
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> Node.start(
                        options.withMember("node-" + i), NodeOptions.DEFAULTS.withWorkers(2), BuiltInTasks.registry()))
                .toList();
    }
}
