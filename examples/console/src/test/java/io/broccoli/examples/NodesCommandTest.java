package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.text.Json;
import io.broccoli.frame.Site;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodesCommandTest {

    private static Node node(String broker, String name, Site site) {
        TaskRegistry tasks = TaskRegistry.builder()
                .task("add", "x", Integer.class, "y", Integer.class, Integer::sum)
                .build();
        return Node.start(
                ClusterOptions.of(broker).withMember(name),
                NodeOptions.DEFAULTS.withQueue(5).withWorkers(2).withSite(site),
                tasks);
    }

    private static Map<?, ?> json(String line) {
        try {
            return Objects.requireNonNull((Map<?, ?>) Json.readLine(line.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException none) {
            throw new AssertionError(line, none);
        }
    }

    @Test
    void eachNodeIsALineOfJsonWithAllThatIsKnown() {
        String broker = "memory://nodes-json";
        Site shed = new Site(Map.of("zone", "garden"), 52.5, 13.4);
        try (Node known = node(broker, "a", shed);
                Node unknown = node(broker, "b", Site.UNKNOWN)) {
            Cli.Result result = Cli.run("nodes", "--broker", broker, "--json", "--at", "52.5,13.4");
            assertThat(result.err()).isEmpty();
            assertThat(result.lines()).hasSize(2);
            Map<?, ?> first = json(result.lines().get(0));
            assertThat(first.get("name")).isEqualTo(known.name());
            assertThat(first.get("state")).isEqualTo("ACTIVE");
            assertThat(first.get("labels")).isEqualTo(Map.of("zone", "garden"));
            assertThat(List.of(first.get("latitude"), first.get("longitude"), first.get("distance")))
                    .isEqualTo(List.of(52.5, 13.4, 0.0));
            assertThat((Double) first.get("delay")).isPositive();
            assertThat(List.of(first.get("queue"), first.get("workers"), first.get("free")))
                    .isEqualTo(List.of(5, 2, 7));
            assertThat(first.get("networks")).isEqualTo(List.of(broker));
            assertThat(first.get("functions"))
                    .isEqualTo(List.of(Map.of("name", "add", "version", "", "parameters", List.of("x", "y"))));
            Map<?, ?> second = json(result.lines().get(1));
            assertThat(second.get("name")).isEqualTo(unknown.name());
            assertThat(second.get("latitude")).isNull();
            assertThat(second.get("distance")).isNull();
        }
    }

    @Test
    void watchedNodesArePrintedAgainAndAgainWithWhatChanged() throws Exception {
        String broker = "memory://nodes-watched";
        try (Node first = node(broker, "a", Site.UNKNOWN);
                Cli.Running watching = Cli.start("nodes", "--broker", broker, "--json", "--watch=100ms")) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> watching.said().lines().count() >= 3);
            try (Node second = node(broker, "b", Site.UNKNOWN)) {
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> watching.said()
                        .contains("\"name\":\"" + second.name() + '"'));
            }
            List<Instant> times = watching.said()
                    .lines()
                    .limit(3)
                    .map(line -> Instant.parse(String.valueOf(json(line).get("time"))))
                    .toList();
            assertThat(times).isSorted().doesNotHaveDuplicates();
            assertThat(first.name()).isEqualTo("a");
        }
    }

    @Test
    void aWatchThatIsTooShortIsRefused() {
        Cli.Result result = Cli.run("nodes", "--watch=10ms");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("--watch is at least 100 ms");
    }

    // ---- rows

    private static List<String> printed(Table table, int columns) {
        StringWriter out = new StringWriter();
        table.print(new PrintWriter(out, true), "", columns);
        return out.toString().lines().toList();
    }

    private static Table table(int words) {
        List<String> functions =
                IntStream.rangeClosed(1, words).mapToObj(i -> "function" + i).toList();
        return new Table("NAME", "STATE", "QUEUE", "FUNCTIONS")
                .row("node-1", "ACTIVE", 63, String.join(" ", functions))
                .row("b", "STALLED", 5, "add");
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 40, 60, 80, 200, 10_000})
    void rowsFitAndLoseNothing(int columns) {
        List<String> lines = printed(table(20), columns);
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
        String words = String.join(" ", lines).replaceAll(" +", " ");
        String functions = String.join(
                " ", IntStream.rangeClosed(1, 20).mapToObj(i -> "function" + i).toList());
        assertThat(words).contains("node-1 ACTIVE 63 " + functions + " b STALLED 5 add");
    }

    @Test
    void whatIsTooLongGoesOnBelowItsColumn() {
        assertThat(printed(table(4), 60))
                .containsExactly(
                        "NAME    STATE    QUEUE  FUNCTIONS",
                        "node-1  ACTIVE      63  function1 function2 function3",
                        "                        function4",
                        "b       STALLED      5  add");
    }

    @Test
    void whereTheColumnLeavesNoRoomItGoesOnIndented() {
        assertThat(printed(table(4), 40))
                .containsExactly(
                        "NAME    STATE    QUEUE  FUNCTIONS",
                        "node-1  ACTIVE      63",
                        "    function1 function2 function3",
                        "    function4",
                        "b       STALLED      5  add");
    }
}
