package io.broccoli.transport.broker;

import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.ManyBrokersContract;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Two brokers in one process. */
class TwoEmbeddedTest extends ManyBrokersContract {

    private static final List<EmbeddedBrokerProcess> BROKERS =
            List.of(new EmbeddedBrokerProcess(), new EmbeddedBrokerProcess());

    @BeforeAll
    static void start() {
        BROKERS.forEach(EmbeddedBrokerProcess::start);
    }

    @AfterAll
    static void stop() {
        BROKERS.forEach(EmbeddedBrokerProcess::stop);
    }

    @Override
    protected List<EmbeddedBrokerProcess> shared() {
        return BROKERS;
    }

    @Override
    protected BrokerProcess another() {
        return new EmbeddedBrokerProcess();
    }
}
