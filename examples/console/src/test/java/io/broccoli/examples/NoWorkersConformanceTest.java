package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.transport.mqtt.Ports;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** Over TCP, on nodes whose tasks run on the threads of the network. */
class NoWorkersConformanceTest extends Conformance {

    @Override
    URI broker() {
        return URI.create("tcp://127.0.0.1:" + Ports.free());
    }

    @Override
    List<? extends AutoCloseable> nodes(URI broker, String cluster) {
        ClusterOptions options = ClusterOptions.of(broker.toString()).withCluster(cluster);
        return Stream.of("node-1", "node-2", "node-3")
                .map(each -> Node.start(
                        options.withMember(each),
                        NodeOptions.DEFAULTS.withWorkers(2).withoutWorkerThreads(),
                        BuiltInTasks.registry()))
                .toList();
    }
}
