package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.network.Relay;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.transport.mqtt.Ports;
import java.net.URI;
import java.util.List;

/** All cases of a client over TCP, on a node that is there too and two behind an MQTT broker. */
class RelayConformanceTest extends Conformance {

    @Override
    URI broker() {
        return URI.create("tcp://127.0.0.1:" + Ports.free());
    }

    @Override
    List<? extends AutoCloseable> nodes(URI tcp, String cluster) {
        ClusterOptions here = ClusterOptions.of(tcp.toString()).withCluster(cluster);
        ClusterOptions there = ClusterOptions.of(TestBroker.uri()).withCluster(cluster);
        return List.of(
                Relay.between(List.of(here.withMember("relay"), there.withMember("relay"))),
                node(here.withMember("node-1")),
                node(there.withMember("node-2")),
                node(there.withMember("node-3")));
    }

    private static Node node(ClusterOptions options) {
        return Node.start(options, NodeOptions.DEFAULTS.withWorkers(2), BuiltInTasks.registry());
    }
}
