package io.broccoli.transport.mqtt;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("brokers")
class MosquittoPiecesTest extends MqttPiecesContract {

    private static @Nullable BrokerProcess broker;

    @BeforeAll
    static void start() {
        Mosquitto.assumeInstalled();
        broker = Mosquitto.open();
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @Override
    protected BrokerProcess shared() {
        return Objects.requireNonNull(broker);
    }
}
