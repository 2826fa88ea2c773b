package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;

/** Whether a broker lets clients in: that it listens does not say so. */
final class Logins {

    private Logins() {}

    /** Until one without user name is accepted. */
    static void await(int port, Duration longest) {
        Awaitility.await().atMost(longest).pollInterval(Duration.ofMillis(100)).until(() -> isAccepted(port));
    }

    private static boolean isAccepted(int port) {
        Mqtt3BlockingClient client = MqttClient.builder()
                .useMqttVersion3()
                .identifier(UUID.randomUUID().toString())
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        try {
            client.connect();
            client.disconnect();
            return true;
        } catch (RuntimeException notYet) {
            return false;
        }
    }
}
