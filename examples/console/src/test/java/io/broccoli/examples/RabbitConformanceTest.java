package io.broccoli.examples;

import io.broccoli.transport.mqtt.BrokerCluster;
import io.broccoli.transport.mqtt.RabbitServer;
import org.junit.jupiter.api.Tag;

@Tag("brokers")
class RabbitConformanceTest extends BrokerClusterConformance {

    @Override
    BrokerCluster brokers() {
        RabbitServer.assumeInstalled();
        return RabbitServer.cluster(3);
    }
}
