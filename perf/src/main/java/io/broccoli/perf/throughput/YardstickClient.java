package io.broccoli.perf.throughput;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.reactivex.schedulers.Schedulers;
import java.net.URI;
import java.util.UUID;

/** The MQTT client of the yardstick, tuned as far as it goes: callbacks on the event loop, no limit of its own on what is sent. */
final class YardstickClient {

    static final String RESULTS = "yardstick/results";

    private static final int NO_LIMIT = 65_535;

    private YardstickClient() {}

    static String tasks(int node) {
        return "yardstick/tasks/" + node;
    }

    /** Blocks until it is connected. */
    static Mqtt5AsyncClient connect(String uri) {
        URI broker = URI.create(uri);
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier("yardstick-" + UUID.randomUUID())
                .serverHost(broker.getHost())
                .serverPort(broker.getPort() < 0 ? 1883 : broker.getPort())
                .executorConfig()
                .applicationScheduler(Schedulers.trampoline())
                .applyExecutorConfig()
                .buildAsync();
        client.connectWith()
                .cleanStart(true)
                .restrictions()
                .receiveMaximum(NO_LIMIT)
                .sendMaximum(NO_LIMIT)
                .applyRestrictions()
                .send()
                .join();
        return client;
    }
}
