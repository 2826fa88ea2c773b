package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedListener;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.Mqtt3RxClient;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.transport.mqtt.BrokerAddress.Host;
import io.reactivex.schedulers.Schedulers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the client as the address and the options say. The files of the options are read on construction. */
final class ClientFactory {

    private final BrokerAddress address;
    private final Topics topics;
    private final long timeoutMillis;
    private final @Nullable MqttClientSslConfig tls;

    /** @throws IllegalArgumentException if a file of the options cannot be used */
    ClientFactory(BrokerAddress address, Topics topics, ConnectOptions options) {
        this.address = address;
        this.topics = topics;
        timeoutMillis = options.connectTimeout().toMillis();
        tls = address.tls() ? tls(options.tls()) : null;
    }

    private MqttClientSslConfig tls(@Nullable Tls files) {
        var builder = MqttClientSslConfig.builder().handshakeTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
        return builder.trustManagerFactory(Pem.trust(files == null ? null : files.ca()))
                .keyManagerFactory(files == null ? null : Pem.identity(files))
                .build();
    }

    MqttClientTransportConfig transport(Host host) {
        return MqttClientTransportConfig.builder()
                .serverHost(host.name())
                .serverPort(host.port())
                .sslConfig(tls)
                .socketConnectTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .build();
    }

    /** Will and login must be the client's and not those of one connect: a reconnect only knows the client's. */
    Mqtt3RxClient client(
            byte @Nullable [] will,
            MqttClientConnectedListener connected,
            MqttClientDisconnectedListener disconnected) {
        Mqtt3ClientBuilder builder = MqttClient.builder()
                .useMqttVersion3()
                .identifier(topics.clientId())
                .transportConfig(transport(address.hosts().get(0)))
                .executorConfig()
                .nettyExecutor(EventLoops.SHARED)
                .nettyThreads(EventLoops.THREADS)
                .applicationScheduler(Schedulers.trampoline()) // on the event loop, without a hop
                .applyExecutorConfig()
                .addConnectedListener(connected)
                .addDisconnectedListener(disconnected);
        if (address.username() != null) {
            builder = builder.simpleAuth(login(address.username(), address.password()));
        }
        if (will != null) {
            builder = builder.willPublish(Mqtt3Publish.builder()
                    .topic(topics.presence)
                    .payload(will)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .retain(true)
                    .build());
        }
        return builder.buildRx();
    }

    private static Mqtt3SimpleAuth login(String username, @Nullable String password) {
        var builder = Mqtt3SimpleAuth.builder().username(username);
        return password == null
                ? builder.build()
                : builder.password(password.getBytes(StandardCharsets.UTF_8)).build();
    }
}
