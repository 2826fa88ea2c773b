package io.broccoli.transport.broker;

import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.MqttContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class EmbeddedContractTest extends MqttContract {

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

    @Override
    protected BrokerProcess another() {
        return new EmbeddedBrokerProcess();
    }
}
