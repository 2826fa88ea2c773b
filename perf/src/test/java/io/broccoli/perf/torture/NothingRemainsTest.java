package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.node.Node;
import io.broccoli.node.NodeStats;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** After many tasks there is no trace of any of them: not in the client, not in the nodes, not at the broker. */
@Tag("brokers")
class NothingRemainsTest {

    private static final int NODES = 2;

    @Test
    void ofAHundredThousandTasks() throws Exception {
        run(100_000);
    }

    @Test
    @Tag("soak")
    void ofAMillionTasks() throws Exception {
        run(1_000_000);
    }

    private static void run(int count) throws Exception {
        try (RealCluster real = RealCluster.start()) {
            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                nodes.add(real.with(new Labour().node(real.options("node-" + i), 254, 2)));
            }
            Cluster client = real.client(NODES);
            Receipts receipts = new Receipts();
            receipts.of(Flux.range(0, count).transform(Labour.stage(RealCluster.canvas(client), 0)));
            receipts.awaitEnd(Duration.ofMinutes(5));
            assertThat(receipts.count.get()).isEqualTo(count);

            Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                ClusterStats stats = client.stats();
                assertThat(stats.inFlight()).isZero();
                assertThat(stats.pending()).isZero();
                assertThat(stats.links()).hasSize(NODES).allSatisfy(link -> {
                    assertThat(link.inFlight()).isZero();
                    assertThat(link.credit()).isZero();
                    assertThat(link.want()).isZero();
                });
                for (Node node : nodes) {
                    NodeStats figures = node.stats();
                    assertThat(figures.queued() + figures.running()).isZero();
                    assertThat(figures.unusedCredit()).isZero();
                    assertThat(figures.remembered()).isLessThanOrEqualTo(4 * 256);
                }
            });
            // The lease is over: nothing is remembered of the client any more.
            Awaitility.await().atMost(Duration.ofSeconds(11)).untilAsserted(() -> {
                for (Node node : nodes) {
                    assertThat(node.stats().links()).isZero();
                    assertThat(node.stats().remembered()).isZero();
                    assertThat(node.stats().rememberedBytes()).isZero();
                }
            });
            assertThat(retained(real)).containsExactly("broccoli/default/p/node-0", "broccoli/default/p/node-1");
            nodes.get(0).close();
            assertThat(retained(real)).containsExactly("broccoli/default/p/node-1");
            client.close();
            nodes.get(1).close();
            assertThat(retained(real)).isEmpty();
        }
    }

    /** All that the broker keeps. */
    private static List<String> retained(RealCluster real) throws InterruptedException {
        URI broker = ClusterOptions.of(real.broker.uri()).uri();
        Mqtt3BlockingClient plain = MqttClient.builder()
                .useMqttVersion3()
                .serverHost(broker.getHost())
                .serverPort(broker.getPort())
                .buildBlocking();
        plain.connect();
        TreeSet<String> topics = new TreeSet<>();
        try (Mqtt3BlockingClient.Mqtt3Publishes publishes = plain.publishes(MqttGlobalPublishFilter.ALL)) {
            plain.subscribeWith().topicFilter("#").send();
            Optional<Mqtt3Publish> next = publishes.receive(1, TimeUnit.SECONDS);
            while (next.isPresent()) {
                if (next.get().isRetain()) {
                    topics.add(next.get().getTopic().toString());
                }
                next = publishes.receive(1, TimeUnit.SECONDS);
            }
        }
        plain.disconnect();
        return List.copyOf(topics);
    }
}
