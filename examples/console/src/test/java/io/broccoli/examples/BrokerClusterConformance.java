package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.transport.mqtt.BrokerCluster;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The client and each node at different brokers of a cluster of three. */
abstract class BrokerClusterConformance extends Conformance {

    private @Nullable BrokerCluster brokers;

    /** It runs. */
    abstract BrokerCluster brokers();

    @Override
    URI broker() {
        BrokerCluster started = brokers();
        brokers = started;
        return URI.create(started.uri(0));
    }

    @Override
    List<? extends AutoCloseable> nodes(URI broker, String cluster) {
        BrokerCluster started = Objects.requireNonNull(brokers);
        return IntStream.rangeClosed(1, 3)
                .mapToObj(i -> Node.start(
                        ClusterOptions.of(started.uri(i)).withCluster(cluster).withMember("node-" + i),
                        NodeOptions.DEFAULTS.withWorkers(2),
                        BuiltInTasks.registry()))
                .toList();
    }

    @Override
    void end() {
        if (brokers != null) {
            brokers.close();
        }
    }
}
