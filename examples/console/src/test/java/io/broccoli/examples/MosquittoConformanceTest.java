package io.broccoli.examples;

import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.Mosquitto;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

@Tag("brokers")
class MosquittoConformanceTest extends Conformance {

    private @Nullable BrokerProcess mosquitto;

    @Override
    URI broker() {
        Mosquitto.assumeInstalled();
        BrokerProcess started = Mosquitto.open();
        mosquitto = started;
        return URI.create("mqtt://127.0.0.1:" + started.port());
    }

    @Override
    void end() {
        if (mosquitto != null) {
            mosquitto.close();
        }
    }
}
