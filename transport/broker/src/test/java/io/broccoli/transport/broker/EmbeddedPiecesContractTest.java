package io.broccoli.transport.broker;

import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.MqttPiecesContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class EmbeddedPiecesContractTest extends MqttPiecesContract {

    private static final EmbeddedBrokerProcess BROKER = new EmbeddedBrokerProcess();

    @BeforeAll
    static void start() {
        BROKER.start();
    }

    @AfterAll
    static void stop() {
        BROKER.stop();
    }

    @Override
    protected BrokerProcess shared() {
        return BROKER;
    }
}
