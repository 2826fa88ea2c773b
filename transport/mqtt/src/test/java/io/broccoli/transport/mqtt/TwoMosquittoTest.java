package io.broccoli.transport.mqtt;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("mosquitto")
class TwoMosquittoTest extends ManyBrokersContract {

    private static List<Mosquitto> brokers = List.of();

    @BeforeAll
    static void start() {
        Mosquitto.assumeInstalled();
        brokers = List.of(Mosquitto.open(), Mosquitto.open());
    }

    @AfterAll
    static void stop() {
        brokers.forEach(Mosquitto::close);
    }

    @Override
    protected List<Mosquitto> shared() {
        return brokers;
    }

    @Override
    protected BrokerProcess another() {
        return Mosquitto.prepare("allow_anonymous true");
    }
}
