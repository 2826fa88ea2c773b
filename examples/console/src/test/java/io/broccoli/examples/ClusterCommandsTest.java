package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.Machine;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** nodes, broker and quickstart, over the tests' broker. */
class ClusterCommandsTest {

    @Test
    void nodesAreListedInTheOrderOfTheirNames() {
        List<Node> nodes = TestBroker.nodes(URI.create(TestBroker.uri()), "listed", 2);
        Cli.Result result = Cli.run("nodes", "--broker", TestBroker.uri(), "--cluster", "listed");
        nodes.forEach(Node::close);
        assertThat(result.status()).isZero();
        assertThat(result.lines().get(0)).startsWith("NAME    STATE   SITE  DELAY");
        assertThat(result.lines().get(1))
                .matches("node-1  ACTIVE  -     [0-9.]+ ms .*")
                .contains("add concat fail identity");
        assertThat(result.lines().get(2)).startsWith("node-2  ACTIVE  -");
    }

    @Test
    void nobodyThereIsSaidWithTheBrokerThatWasAsked() {
        Cli.Result result = Cli.run("nodes", "--broker", TestBroker.uri(), "--cluster", "nobody");
        assertThat(result.err()).contains("no node in cluster 'nobody' at " + TestBroker.uri());
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void samplesOfAFeedArePrintedUntilThereAreEnough() {
        ClusterOptions member = ClusterOptions.of(TestBroker.uri()).withCluster("fed");
        TaskRegistry tasks = TaskRegistry.builder()
                .source("count", Flux.range(7, 1000))
                .source("load", Machine.load())
                .build();
        try (Node shed = Node.start(member.withMember("shed"), NodeOptions.DEFAULTS, tasks);
                Node hall = Node.start(member.withMember("hall"), NodeOptions.DEFAULTS, tasks)) {
            String[] feed = {"feed", "count", "--broker", TestBroker.uri(), "--cluster", "fed", "--nodes", "shed"};
            Cli.Result lines = Cli.run(Stream.concat(Stream.of(feed), Stream.of("--count", "3", "--json"))
                    .toArray(String[]::new));
            assertThat(lines.err()).isEmpty();
            assertThat(lines.status()).isZero();
            assertThat(lines.lines()).hasSize(3);
            assertThat(lines.lines().get(1))
                    .startsWith("{\"node\":\"shed\",\"epoch\":")
                    .contains(",\"sequence\":2,\"missed\":0,\"time\":\"20")
                    .endsWith("\"value\":8}");
            Cli.Result load = Cli.run("feed", "load", "--broker", TestBroker.uri(), "--cluster", "fed", "--count", "2");
            assertThat(load.out()).contains("\"load\":", "\"memory\":", "  shed  ", "  hall  ");
        }
    }

    @Test
    void aBrokerDoesNotTakeAPortThatIsTaken() {
        int taken = URI.create(TestBroker.uri()).getPort();
        Cli.Result result = Cli.run("broker", "--port", Integer.toString(taken));
        assertThat(result.err()).contains("127.0.0.1:" + taken).contains("in use");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void theQuickstartAgreesWithPlainJava() {
        Cli.Result result = Cli.run("quickstart", "--broker", TestBroker.uri(), "--speed", "200000");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("mul.s(10))  = 640\n", "= [4, 8]\n", "= 90\n", "= [45, 4950]\n", "= 133 words")
                .contains("1,679 of 1,679 events")
                .contains("M6.4 22km NNE of Hualian, Taiwan")
                .contains("explosion 15, quarry blast 13")
                .contains("fullest queue held 8 of its 8 places")
                .contains("all 39 figures agree")
                .contains("12 feeds gave 1,679 samples, of which 0 were missed")
                .contains(
                        "replayed 200,000 times as fast", "ALARM        02-06 15:50  M6.4 22km NNE of Hualian, Taiwan")
                .contains("     3 km,  49 h later:   M6.4 22km NNE of Hualian")
                .contains("all hours of all networks agree", "All 16 days agree");
        assertThat(result.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
        if (!Boolean.getBoolean("firmware.skip")) {
            assertThat(result.out())
                    .as("each board has done some of the work")
                    .containsPattern(
                            "Tasks of boards, with part one: board-1 [1-9]\\d*, board-2 [1-9]\\d*, board-3 [1-9]")
                    .contains("energies within 1e-05");
        }
    }
}
