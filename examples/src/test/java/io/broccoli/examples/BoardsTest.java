package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.task.Task;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Two boards and a node of the JVM, each of which has the others work. */
@DisabledIfSystemProperty(named = "firmware.skip", matches = "true", disabledReason = "boards are left out")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BoardsTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String CLUSTER = "boards";

    private Boards boards;
    private Node node;
    private Cluster client;
    private Canvas canvas;

    @BeforeAll
    void start() throws Exception {
        URI broker = URI.create(TestBroker.uri());
        boards = TestBoards.start(broker, CLUSTER, 2, "--tasks", "examples/fanout.py");
        node = TestBroker.nodes(broker, CLUSTER, 1).get(0);
        client = Cluster.connect(ClusterOptions.of(broker.toString()).withCluster(CLUSTER));
        client.awaitNodes(3, BOUND).block();
        canvas = Canvas.on(client).withTimeout(BOUND);
    }

    @AfterAll
    void stop() {
        client.close();
        node.close();
        boards.close();
    }

    @Test
    void aTaskOfABoardAsksEachOtherNodeByItsName() {
        Object answers = canvas.run(Task.of("ask_all").s(41, 2)).block(BOUND);
        assertThat(answers).isIn(Map.of("board-1", 42, "node-1", 42), Map.of("board-2", 42, "node-1", 42));
    }

    @Test
    void aTaskOfABoardFansOutToBoardsAndTheJvm() {
        long before = node.stats().succeeded();
        Object results = canvas.run(Task.of("spread").s(40)).block(BOUND);
        assertThat(results).isEqualTo(IntStream.range(0, 40).boxed().toList());
        node.stats(); // it looks again when it is asked
        assertThat(node.stats().succeeded()).isGreaterThan(before);
    }

    @Test
    void aGeneratorOfABoardIsAStream() {
        Task<Integer> count = Task.of("count", Integer.class);
        List<Integer> items = canvas.stream(count.s(200)).collectList().block(BOUND);
        assertThat(items).isEqualTo(IntStream.range(0, 200).boxed().toList());
        assertThat(canvas.stream(count.s(1_000_000_000)).take(5).collectList().block(BOUND))
                .containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aSourceOfABoardGivesSamplesUntilNobodyWantsThemAnyMore() {
        List<Integer> numbers = canvas.stream(Task.of("reading").s(10, "slow"))
                .take(20)
                .map(sample -> (Integer) ((List<?>) sample).get(0))
                .collectList()
                .block(BOUND);
        assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 20).boxed().toList());
    }
}
