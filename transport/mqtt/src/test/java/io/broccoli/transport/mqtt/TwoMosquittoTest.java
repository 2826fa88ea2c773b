package io.broccoli.transport.mqtt;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("brokers")
class TwoMosquittoTest extends ManyBrokersContract {

    private static List<BrokerProcess> brokers = List.of();

    @BeforeAll
    static void start() {
        Mosquitto.assumeInstalled();
        brokers = List.of(Mosquitto.open(), Mosquitto.open());
    }

    @AfterAll
    static void stop() {
        brokers.forEach(BrokerProcess::close);
    }

    @Override
    protected List<BrokerProcess> shared() {
        return brokers;
    }

    @Override
    protected BrokerProcess another() {
        return Mosquitto.prepare("allow_anonymous true");
    }
}
