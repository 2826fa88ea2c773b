package io.broccoli.examples;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A connection of a user who tries what no member would. */
final class Intruder implements AutoCloseable {

    private static final long LONGEST_SECONDS = 5;

    /** Topics of what the broker sent it. */
    final List<String> overheard = new CopyOnWriteArrayList<>();

    private final Mqtt3AsyncClient client;

    /** @param will the topic of its will; null: it has none */
    Intruder(int port, Path ca, String user, String clientId, @Nullable String will) throws Exception {
        Mqtt3ClientBuilder builder = MqttClient.builder()
                .useMqttVersion3()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(trust(ca))
                        .build())
                .simpleAuth()
                .username(user)
                .password(("secret-of-" + user).getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth();
        if (will != null) {
            builder = builder.willPublish(forged(will));
        }
        client = builder.buildAsync();
        client.publishes(
                MqttGlobalPublishFilter.ALL,
                message -> overheard.add(message.getTopic().toString()));
        client.connect().get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    private static Mqtt3Publish forged(String topic) {
        return Mqtt3Publish.builder()
                .topic(topic)
                .payload("forged".getBytes(StandardCharsets.UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(topic.contains("/p/"))
                .build();
    }

    /** The broker takes it and drops it, or closes the connection. */
    void publish(String topic) throws InterruptedException {
        publish(forged(topic));
    }

    void publish(String topic, byte[] payload, boolean retain) throws InterruptedException {
        publish(Mqtt3Publish.builder()
                .topic(topic)
                .payload(payload)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(retain)
                .build());
    }

    private void publish(Mqtt3Publish message) throws InterruptedException {
        settled(() -> client.publish(message).get(LONGEST_SECONDS, TimeUnit.SECONDS));
    }

    void subscribe(String filter) throws InterruptedException {
        settled(() -> client.subscribeWith().topicFilter(filter).send().get(LONGEST_SECONDS, TimeUnit.SECONDS));
    }

    private interface Attempt {
        void run() throws ExecutionException, InterruptedException, TimeoutException;
    }

    private static void settled(Attempt attempt) throws InterruptedException {
        try {
            attempt.run();
        } catch (ExecutionException | TimeoutException refused) {
            // that is what it should be
        }
    }

    private static TrustManagerFactory trust(Path ca) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    @Override
    public void close() throws InterruptedException {
        settled(() -> client.disconnect().get(LONGEST_SECONDS, TimeUnit.SECONDS));
    }
}
