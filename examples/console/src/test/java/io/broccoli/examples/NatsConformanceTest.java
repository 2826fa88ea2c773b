package io.broccoli.examples;

import io.broccoli.transport.mqtt.BrokerCluster;
import io.broccoli.transport.mqtt.NatsServer;
import org.junit.jupiter.api.Tag;

@Tag("brokers")
class NatsConformanceTest extends BrokerClusterConformance {

    @Override
    BrokerCluster brokers() {
        NatsServer.assumeInstalled();
        return NatsServer.cluster(3);
    }
}
