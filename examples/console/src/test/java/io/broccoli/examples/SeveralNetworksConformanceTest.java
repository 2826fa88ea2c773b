package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.transport.mqtt.Ports;
import java.net.URI;
import java.util.List;

/** All cases of a client over TCP and MQTT at the same time, on a node that is on both, one over TCP only and one over MQTT only. */
class SeveralNetworksConformanceTest extends Conformance {

    private final String tcp = "tcp://127.0.0.1:" + Ports.free();

    @Override
    URI broker() {
        return URI.create(tcp + "+" + TestBroker.uri());
    }

    @Override
    List<? extends AutoCloseable> nodes(URI both, String cluster) {
        return List.of(
                node(both.toString(), cluster, "node-1"),
                node(tcp, cluster, "node-2"),
                node(TestBroker.uri(), cluster, "node-3"));
    }

    private static Node node(String uri, String cluster, String name) {
        return Node.start(
                ClusterOptions.of(uri).withCluster(cluster).withMember(name),
                NodeOptions.DEFAULTS.withWorkers(2),
                BuiltInTasks.registry());
    }
}
