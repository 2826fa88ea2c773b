package io.broccoli.transport.mqtt;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.Set;

/**
 * Opens transports over MQTT for {@code mqtt://host:1883} and, with TLS, {@code mqtts://host:8883}. Several brokers of one cluster
 * of brokers may be listed with commas, {@code mqtt://a:1883,b:1883}; they are tried in turn
 * (an IPv6 address, {@code mqtt://[::1]}, only alone: {@link URI} does not know lists). A user and a password may be given in
 * the URI, but those of the options go first.
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
     * <p>The options' TLS also applies to the scheme {@code mqtt}; the files that they name are read here.
     */
    @Override
    public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
        return new MqttTransport(BrokerAddress.parse(uri, options), new Topics(cluster, member), options);
    }
}
