package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.transport.mqtt.Ports;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandTest {

    private static final String CLUSTER = "run-command";

    private static List<Node> nodes;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        nodes = TestBroker.nodes(URI.create(TestBroker.uri()), CLUSTER, 2);
    }

    @AfterAll
    static void stop() {
        nodes.forEach(Node::close);
    }

    @Test
    void withoutABrokerOneIsStartedWithThreeNodes() {
        Cli.Result result = Cli.run("run", "chain(add.s(4, 4), mul.s(8), mul.s(10))");
        assertThat(result).isEqualTo(new Cli.Result(0, "640\n", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    add.s(1, 1) | 2
                    add.s(1, 1.0) | 2.0
                    identity.s(False) | false
                    identity.s(0) | 0
                    identity.s(None) | null
                    identity.s({"a": [1, "x"]}) | {"a":[1,"x"]}
                    identity.s('') | ""
                    identity.s(9223372036854775807) | 9223372036854775807
                    concat.s('süß', '\\u0001') | "süß\\u0001"
                    mul.s(1e308, 10) | "Infinity"
                    identity.s({"a": [nan, [-inf]]}) | {"a":["NaN",["-Infinity"]]}
                    group() | []
                    """)
    void resultsAreStrictJson(String expression, String json) {
        assertThat(run("run", expression)).isEqualTo(new Cli.Result(0, json + "\n", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    fail.s('boom') | TASK_FAILED: boom
                    add.s(1, 'a') | TASK_FAILED: unsupported operand type(s) for +: 'int' and 'str'
                    add.s(1) | BAD_ARGUMENTS: add() is missing the argument 'y'
                    chain() | BAD_ARGUMENTS
                    nosuch.s(1) | UNKNOWN_TASK
                    identity.s(1180591620717411303424) | UNENCODABLE
                    mul.s(18446744073709551615, 2) | 64 bits
                    mul.s('x', 70000) | TOO_LARGE
                    mul.s('x', 9223372036854775807) | BAD_ARGUMENTS: the result would have 9223372036854775807 elements
                    chain(range_list.s(200000), mul.s(9)) | BAD_ARGUMENTS: the result would have 1800001 elements
                    """)
    void aCanvasThatFailsSaysWhyWithStatus1(String expression, String reason) {
        Cli.Result result = run("run", expression);
        assertThat(result.err()).startsWith("broccoli: ").contains(reason).doesNotContain("\tat ");
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(1);
    }

    private static final String UNENCODABLE_STEP = "mul.s(9223372036854775807, 9223372036854775807) | add.s(1)";

    private static void assertUnencodable(Cli.Result result, String node) {
        assertThat(result.err())
                .startsWith("broccoli: UNENCODABLE: ")
                .contains("an integer of more than 64 bits: 126 bits", "(task mul step 1 on node " + node);
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void aStepWhoseResultCannotBeWrittenFailsAtOnce() {
        long began = System.nanoTime();
        assertUnencodable(Cli.run("run", "--timeout", "8s", UNENCODABLE_STEP), "node-");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void aNodeServesOnAfterManyResultsThatCannotBeWritten() {
        String[] where = {"--broker", "memory://unencodable", "--timeout", "8s"};
        try (Node node = Node.start(
                ClusterOptions.of("memory://unencodable").withMember("two"),
                NodeOptions.DEFAULTS.withWorkers(2),
                BuiltInTasks.registry())) {
            for (int i = 0; i < 10; i++) {
                assertUnencodable(Cli.run(with(new String[] {"run", UNENCODABLE_STEP}, where)), "two");
            }
            assertThat(Cli.run(with(new String[] {"run", "add.s(1, 1)"}, where)).out())
                    .isEqualTo("2\n");
            assertThat(node.stats().stuck()).isZero();
            assertThat(node.stats().failed()).isEqualTo(10);
        }
    }

    @Test
    void verboseTellsOnStandardErrorHowEachResultCameAbout() throws Exception {
        Cli.Result one = run("run", "-v", "add.s(1, 1) | mul.s(2)");
        assertThat(one.out()).isEqualTo("4\n");
        assertThat(one.err())
                .containsPattern("(?m)^broccoli: the canvas succeeded after \\d+ ms$")
                .containsPattern(
                        "(?m)^broccoli: tasks sent: \\d, of them again: 0; answers from node-[12] \\(about \\d+ ms");
        Path file = Files.writeString(folder.resolve("verbose.json"), """
                [{"id": "good", "expr": {"op": "task", "name": "add", "args": [1, 1]}},
                 {"id": 2, "expr": {"op": "task", "name": "fail", "args": ["boom"]}}]
                """);
        Cli.Result all = run("run", "--json", file.toString(), "-v");
        assertThat(all.lines()).hasSize(2).allMatch(line -> line.startsWith("{\"id\":"));
        assertThat(all.err())
                .containsPattern("(?m)^broccoli: \"good\" succeeded after \\d+ ms$")
                .containsPattern("(?m)^broccoli: 2 failed with TASK_FAILED after \\d+ ms, task fail on node node-[12],"
                        + " attempt 1, exception \\S+$");
    }

    @Test
    void verboseTellsWhatALongRunWaitsFor() {
        Cli.Result slow = run("run", "-v", "sleep_then.s(1, 1600)");
        assertThat(slow.out()).isEqualTo("1\n");
        assertThat(slow.err())
                .containsPattern("(?m)^broccoli: stream canvas waits for NODES: the source has ended, and 1 task is at"
                        + " nodes; the oldest has been at node node-[123] for \\d+ ms$");
    }

    @Test
    void malformedExpressionsAreShownWithTheirPlace() {
        Cli.Result result = run("run", "chain(add.s(1, 2)");
        assertThat(result.err()).contains("column 18").contains("^");
        assertThat(result.status()).isEqualTo(2);
    }

    @Test
    void aFileGivesALineForEachInOrderWhateverTheyGive() throws Exception {
        String large = "x".repeat(100_000);
        Path file = Files.writeString(folder.resolve("cases.json"), """
                [{"id": "slow", "expr": {"op": "task", "name": "sleep_then", "args": ["s", 300]}, "other": "ignored"},
                 {"id": 2, "expr": {"op": "task", "name": "fail", "args": ["boom"]}},
                 {"id": "large", "expr": {"op": "task", "name": "identity", "args": ["%s"]}},
                 {"id": "empty", "expr": {"op": "chain", "steps": []}},
                 {"id": "inf", "expr": {"op": "task", "name": "mul", "args": [1e308, 10]}},
                 {"id": "null", "expr": {"op": "task", "name": "mapper", "args": ["the"]}}]
                """.formatted(large));
        Cli.Result result = run("run", "--json", file.toString());
        assertThat(result.status()).isZero();
        assertThat(result.lines()).hasSize(6);
        assertThat(result.lines().get(0)).isEqualTo("{\"id\":\"slow\",\"value\":\"s\"}");
        assertThat(result.lines().get(1)).isEqualTo("{\"id\":2,\"error\":\"TASK_FAILED\",\"message\":\"boom\"}");
        assertThat(result.lines().get(2)).contains("\"error\":\"TOO_LARGE\"").contains("100007 bytes", "at most");
        assertThat(result.lines().get(3)).contains("\"error\":\"BAD_ARGUMENTS\"");
        assertThat(result.lines().get(4)).isEqualTo("{\"id\":\"inf\",\"value\":\"Infinity\"}");
        assertThat(result.lines().get(5)).isEqualTo("{\"id\":\"null\",\"value\":null}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    [{"id": 1, "expr": {"op": "task"}]     | standard input, line 1, column 34
                    [] []                                  | line 1, column
                    [{"id": 1, "id": 2}]                   | line 1, column 16: Duplicate field 'id'
                    {}                                     | $: an array
                    [1]                                    | $[0]: an object
                    [{"expr": {}}]                         | $[0]: id is missing
                    [{"id": 1}]                            | $[0]: expr is missing
                    [{"id": 1, "expr": {"op": "chain", "steps": [{"op": "task"}]}}] | $[0].expr.steps[0].name
                    [{"id": 1, "expr": {"op": "nosuch"}}]  | $[0].expr.op
                    """)
    void malformedJsonIsRefusedWithItsPlace(String json, String place) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
        try {
            Cli.Result result = run("run", "--json", "-");
            assertThat(result.err()).contains(place).doesNotContain("Source");
            assertThat(result.out()).isEmpty();
            assertThat(result.status()).isEqualTo(2);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        Cli.Result result = run("run", "--json", folder.resolve("none.json").toString());
        assertThat(result.err()).contains("none.json");
        assertThat(result.status()).isEqualTo(2);
    }

    @Test
    void noNodeIsSaidInTimeAndToEachLineOfAFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("one.json"), "[{\"id\": 1, \"expr\": {\"op\": \"task\", \"name\": \"add\"}}]");
        String[] where = {"--broker", TestBroker.uri(), "--cluster", "deserted", "--timeout", "1s"};
        Cli.Result one = Cli.run(with(new String[] {"run", "add.s(1, 1)"}, where));
        assertThat(one.err()).contains("TIMEOUT: no node in cluster 'deserted' at " + TestBroker.uri());
        assertThat(one.status()).isEqualTo(1);
        Cli.Result all = Cli.run(with(new String[] {"run", "--json", file.toString()}, where));
        assertThat(all.out()).startsWith("{\"id\":1,\"error\":\"TIMEOUT\",\"message\":\"no node in cluster");
        assertThat(all.status()).isEqualTo(1);
    }

    @Test
    void noResultIsSaidInTime() {
        Cli.Result result = run("run", "sleep_then.s(1, 60000)", "--timeout", "1s");
        assertThat(result.err()).contains("TIMEOUT: No outcome within 1000 ms");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void aBrokerThatIsNotThereIsNamedWithTheReason() {
        String broker = "127.0.0.1:" + Ports.free();
        for (String[] command : new String[][] {{"run", "add.s(1, 1)"}, {"nodes"}, {"quickstart"}}) {
            Cli.Result result = Cli.run(with(command, "--broker", broker, "--timeout", "1s"));
            assertThat(result.err())
                    .contains("cannot reach broker " + broker + ": Connection refused; trying again")
                    .contains("TIMEOUT: no connection within 1 s");
            assertThat(result.status()).isEqualTo(1);
        }
    }

    private static Cli.Result run(String... args) {
        return Cli.run(with(args, "--broker", TestBroker.uri(), "--cluster", CLUSTER));
    }

    private static String[] with(String[] args, String... more) {
        List<String> all = new java.util.ArrayList<>(List.of(args));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
