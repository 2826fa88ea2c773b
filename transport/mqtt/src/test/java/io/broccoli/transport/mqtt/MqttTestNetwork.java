package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.contract.Cable;
import io.broccoli.transport.contract.TestNetwork;
import java.net.URI;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Members over one broker.
 *
 * @param closing closes a cable after the test
 * @param pieces lets what is sent come in pieces of any size; null: as it is sent
 */
record MqttTestNetwork(
        int port,
        int qos,
        UnaryOperator<Cable> closing,
        @Nullable Random pieces) implements TestNetwork {

    @Override
    public Transport open(String cluster, String member) {
        return open(cluster, member, pieces == null ? port : cable().port());
    }

    private Cable cable() {
        return closing.apply(new Cable(port, pieces));
    }

    private Transport open(String cluster, String member, int at) {
        return new MqttTransportProvider()
                .open(URI.create("mqtt://127.0.0.1:" + at), cluster, member, ConnectOptions.DEFAULTS.withQos(qos));
    }

    @Override
    public Distant distant(String cluster, String member) {
        Cable cable = cable();
        return new Distant(open(cluster, member, cable.port()), cable);
    }

    @Override
    public Promises promises() {
        return new Promises(true, true, true, "broccoli-mqtt");
    }

    /** Noise below the member's inbox and the presences, from no sender at all. */
    @Override
    public void disturb(String cluster, String member, long seed) {
        Random random = new Random(seed);
        Mqtt3BlockingClient raw = MqttClient.builder()
                .useMqttVersion3()
                .identifier(cluster)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        byte[] noise = new byte[random.nextInt(2_000)];
        random.nextBytes(noise);
        raw.connect();
        String root = "broccoli/" + cluster + "/";
        for (String topic :
                new String[] {"i/" + member, "i/" + member + "/", "i/" + member + "/x/y", "p/" + "x".repeat(65)}) {
            raw.publishWith()
                    .topic(root + topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(noise)
                    .send();
        }
        raw.disconnect();
    }
}
