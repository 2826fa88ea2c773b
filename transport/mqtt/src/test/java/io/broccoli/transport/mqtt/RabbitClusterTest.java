package io.broccoli.transport.mqtt;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("brokers")
class RabbitClusterTest extends BrokerClusterContract {

    private static BrokerCluster brokers = BrokerCluster.of(List.of());

    @BeforeAll
    static void start() {
        RabbitServer.assumeInstalled();
        brokers = RabbitServer.cluster(3);
    }

    @AfterAll
    static void stop() {
        brokers.close();
    }

    @Override
    protected BrokerCluster brokers() {
        return brokers;
    }
}
