package io.broccoli.transport.broker;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import io.broccoli.transport.mqtt.MqttTransportProvider;
import java.net.URI;
import java.util.Set;

/**
 * Opens transports over a broker in this process, for {@code embedded:name}, or {@code embedded://name:port} with a
 * fixed port for other processes ({@code embedded:/} has the empty name and any port). The first transport of a name
 * starts the broker, which takes some seconds. Further transports share it. It ends with the last of them.
 */
public final class EmbeddedTransportProvider implements TransportProvider {

    /** For {@link java.util.ServiceLoader}. */
    public EmbeddedTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("embedded");
    }

    /**
     * {@inheritDoc}
     *
     * <p>Blocks while the broker starts. The broker runs until the transport is closed, even if the transport is never
     * started.
     *
     * @throws BrokerStartException if the broker does not start
     */
    @Override
    public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
        if (options.tls() != null) {
            throw new IllegalArgumentException(
                    uri + ": this broker is in this process, at 127.0.0.1, and has no TLS; leave the TLS options out");
        }
        SharedBroker.Lease lease = SharedBroker.lease(uri);
        boolean opened = false;
        try {
            Transport transport = new MqttTransportProvider().open(lease.uri(), cluster, member, options);
            opened = true;
            return new EmbeddedTransport(transport, lease);
        } finally {
            if (!opened) {
                lease.close();
            }
        }
    }
}
