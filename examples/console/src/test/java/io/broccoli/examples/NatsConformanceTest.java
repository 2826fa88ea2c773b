package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.transport.mqtt.NatsServer;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;

/** All members at different brokers of a NATS cluster. */
@Tag("brokers")
class NatsConformanceTest extends Conformance {

    private List<NatsServer> brokers = List.of();

    @Override
    URI broker() {
        NatsServer.assumeInstalled();
        brokers = NatsServer.cluster(3);
        return URI.create(NatsServer.uri(brokers, 0));
    }

    @Override
    List<? extends AutoCloseable> nodes(URI broker, String cluster) {
        return IntStream.rangeClosed(1, 3)
                .mapToObj(i -> Node.start(
                        ClusterOptions.of(NatsServer.uri(brokers, i))
                                .withCluster(cluster)
                                .withMember("node-" + i),
                        NodeOptions.DEFAULTS.withWorkers(2),
                        BuiltInTasks.registry()))
                .toList();
    }

    @Override
    void end() {
        brokers.forEach(NatsServer::close);
    }
}
