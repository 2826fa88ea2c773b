package io.broccoli.transport.broker;

import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.Ports;
import org.jspecify.annotations.Nullable;

/** An embedded broker under test: each start is a new instance at the same port. */
final class EmbeddedBrokerProcess implements BrokerProcess {

    private final int port = Ports.free();
    private @Nullable EmbeddedBroker broker;

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() {
        broker = EmbeddedBroker.start(EmbeddedBroker.Options.DEFAULTS.withPort(port));
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
        }
    }
}
