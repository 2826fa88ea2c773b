package io.broccoli.transport.mqtt;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.contract.TestMember;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A member over MQTT that writes down what it hears. */
final class Member extends TestMember {

    static final Duration SOON = Soon.MOST;

    Member(URI uri, String cluster, String name, ConnectOptions options) {
        super(new MqttTransportProvider().open(uri, cluster, name, options), name);
    }

    static Member of(int port, String cluster, String name) {
        return new Member(URI.create("mqtt://127.0.0.1:" + port), cluster, name, ConnectOptions.DEFAULTS);
    }

    @Override
    public Member start(@Nullable String will) {
        super.start(will);
        return this;
    }

    @Override
    public Member joined() {
        super.joined();
        return this;
    }
}
