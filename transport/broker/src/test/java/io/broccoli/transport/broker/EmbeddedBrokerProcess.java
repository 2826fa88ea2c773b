package io.broccoli.transport.broker;

import io.broccoli.transport.mqtt.BrokerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/** An embedded broker under test: each start is a new instance at the same port. */
final class EmbeddedBrokerProcess implements BrokerProcess {

    private final int port = freePort();
    private @Nullable EmbeddedBroker broker;

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

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
