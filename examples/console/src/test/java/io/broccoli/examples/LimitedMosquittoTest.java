package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.Mosquitto;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Clusters at a real mosquitto that takes no large messages, as docs/networks.md describes. */
@Tag("brokers")
class LimitedMosquittoTest {

    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final Task<String> ECHO = Task.of("echo", String.class);
    private static final Task<String> TEXT = Task.of("text", String.class);
    private static final List<String> STRINGS =
            IntStream.range(0, 2_000).mapToObj(i -> "string " + i).toList();

    @BeforeAll
    static void installed() {
        Mosquitto.assumeInstalled();
    }

    private static BrokerProcess mosquitto(String setting) {
        BrokerProcess broker = Mosquitto.prepare("allow_anonymous true", setting);
        broker.start();
        return broker;
    }

    private static TaskRegistry tasks() {
        return TaskRegistry.builder()
                .task("echo", "text", String.class, text -> text)
                .task("text", "size", Integer.class, size -> "x".repeat(size))
                .build();
    }

    private static Node node(String url) {
        return Node.start(
                ClusterOptions.of(url).withMember("node"),
                NodeOptions.DEFAULTS.withQueue(1_000).withMaxTask(1 << 17),
                tasks());
    }

    private static Cluster client(String url) {
        Cluster client = Cluster.connect(ClusterOptions.of(url).withMember("client"));
        client.awaitNodes(1, BOUND).block();
        return client;
    }

    private static void assertEchoed(Canvas canvas) {
        assertThat(Flux.fromIterable(STRINGS)
                        .transform(canvas.map(ECHO))
                        .collectList()
                        .block(BOUND))
                .isEqualTo(STRINGS);
    }

    private static void assertTooLarge(Canvas canvas, int size) {
        Assertions.assertThatThrownBy(() -> canvas.run(TEXT.s(size)).block(BOUND))
                .isInstanceOfSatisfying(TaskException.class, thrown -> assertThat(
                                thrown.failure().kind())
                        .as(thrown.getMessage())
                        .isEqualTo(FailureKind.TOO_LARGE));
    }

    @ParameterizedTest
    @CsvSource({
        "message_size_limit, 2000",
        "message_size_limit, 4096",
        "message_size_limit, 65000",
        "max_packet_size, 2000",
        "max_packet_size, 4096",
        "max_packet_size, 65000"
    })
    void whoDoesNotKnowTheLimitLearnsIt(String setting, int limit) {
        try (BrokerProcess broker = mosquitto(setting + " " + limit);
                Node node = node("mqtt://127.0.0.1:" + broker.port());
                Cluster client = client("mqtt://127.0.0.1:" + broker.port())) {
            Canvas canvas = Canvas.on(client).withTimeout(BOUND);
            long began = System.nanoTime();
            assertEchoed(canvas);
            long millis = (System.nanoTime() - began) / 1_000_000;
            System.out.println(setting + " " + limit + ": 2,000 strings in " + millis + " ms, "
                    + client.stats().tasksResent() + " sent again");
            List<Integer> sizes =
                    IntStream.range(0, 2_000).mapToObj(i -> 100 + i % 100).toList();
            assertThat(Flux.fromIterable(sizes)
                            .transform(canvas.map(TEXT))
                            .map(String::length)
                            .collectList()
                            .block(BOUND))
                    .isEqualTo(sizes);
            assertTooLarge(canvas, Math.min(65_400, limit + limit / 4));
            assertEchoed(canvas);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "message_size_limit, 2000, 2000",
        "message_size_limit, 4096, 4096",
        "message_size_limit, 65000, 65000",
        "max_packet_size, 4096, 3896"
    })
    void withTheLimitSetNothingIsLost(String setting, int limit, int maxFrame) {
        try (BrokerProcess broker = mosquitto(setting + " " + limit);
                Node node = node("mqtt://127.0.0.1:" + broker.port() + "?maxFrame=" + maxFrame);
                Cluster client = client("mqtt://127.0.0.1:" + broker.port())) {
            Canvas canvas = Canvas.on(client).withTimeout(BOUND);
            List<ClusterEvent> ends = new CopyOnWriteArrayList<>();
            Flux.merge(node.cluster().events(), client.events())
                    .filter(event -> event instanceof ClusterEvent.Disconnected)
                    .subscribe(ends::add);
            assertEchoed(canvas);
            assertTooLarge(canvas, maxFrame);
            assertThat(canvas.run(TEXT.s(maxFrame - 100)).block(BOUND)).hasSize(maxFrame - 100);
            assertThat(client.stats().tasksResent()).isZero();
            assertThat(client.stats().links().get(0).frameLimit()).isEqualTo(maxFrame);
            assertThat(ends).as("TOO_LARGE is told without a disconnection").isEmpty();
        }
    }

    @Test
    void aNodeWhoseAnnouncementIsTooLargeSaysSo(@TempDir Path folder) throws Exception {
        String site = "label=" + "x".repeat(2_000);
        try (BrokerProcess broker = mosquitto("message_size_limit 2000");
                BroccoliProcess node = BroccoliProcess.start(
                        folder, "node", "--broker", "mqtt://127.0.0.1:" + broker.port(), "--site", site)) {
            Awaitility.await().atMost(BOUND).untilAsserted(() -> assertThat(node.output())
                    .containsPattern("its limits forbid a message of \\d+ bytes, as its presence has"));
        }
    }
}
