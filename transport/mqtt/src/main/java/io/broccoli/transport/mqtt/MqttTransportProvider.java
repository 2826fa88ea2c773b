package io.broccoli.transport.mqtt;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.Set;

/**
 * Opens transports over MQTT 3.1.1 for {@code mqtt://host:1883} and, with TLS, {@code mqtts://host:8883}. List several
 * brokers of one broker cluster with commas, {@code mqtt://a:1883,b:1883}; they are tried in turn. An IPv6 address,
 * {@code mqtt://[::1]}, cannot be part of a list, because {@link URI} does not support it. The URI may contain a user
 * and a password; those of the options take precedence. {@code mqtt://host?maxFrame=2000} sends no larger frames, for
 * brokers that take none; 1,024 to 65,536 bytes, default 65,536.
 */
public final class MqttTransportProvider implements TransportProvider {

    /** For {@link java.util.ServiceLoader}. */
    public MqttTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("mqtt", "mqtts");
    }

    /**
     * {@inheritDoc}
     *
     * <p>TLS files of the options also apply to the scheme {@code mqtt}. They are read by this method.
     */
    @Override
    public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
        return new MqttTransport(BrokerAddress.parse(uri, options), new Topics(cluster, member), options);
    }
}
