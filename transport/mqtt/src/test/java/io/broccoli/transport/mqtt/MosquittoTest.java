package io.broccoli.transport.mqtt;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.jspecify.annotations.Nullable;

@Tag("mosquitto")
class MosquittoTest extends MqttContract {

    private static @Nullable Mosquitto broker;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(
                Mosquitto.isInstalled() || Boolean.getBoolean("broccoli.mosquitto.required"), "mosquitto is not installed");
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
        return java.util.Objects.requireNonNull(broker);
    }

    @Override
    protected BrokerProcess another() {
        return Mosquitto.prepare("allow_anonymous true");
    }
}
