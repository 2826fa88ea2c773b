package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code window} and {@code join}: lines in, lines out. */
@Timeout(60)
@ResourceLock("System.in")
class WindowCommandTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path folder;

    private static Cli.Result run(String input, String... args) {
        return Cli.run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), args);
    }

    private static String[] args(List<String> args) {
        return args.toArray(String[]::new);
    }

    // ---- the design's conformance cases

    static Stream<JsonNode> cases() throws Exception {
        try (InputStream file = WindowCommandTest.class.getResourceAsStream("/conformance/time-cases.json")) {
            List<JsonNode> all = new ArrayList<>();
            MAPPER.readTree(Objects.requireNonNull(file)).forEach(all::add);
            assertThat(all).hasSize(100);
            return all.stream();
        }
    }

    private static List<String> command(JsonNode each) {
        List<String> args = new ArrayList<>();
        JsonNode join = each.get("join");
        if (join != null) {
            args.addAll(List.of("join", "--low=" + join.get("low") + "ms", "--high=" + join.get("high") + "ms"));
        } else {
            JsonNode window = each.get("window");
            args.add("window");
            for (String option : List.of("size", "slide", "gap", "offset")) {
                if (window.has(option)) {
                    args.add("--" + option + "=" + window.get(option) + "ms");
                }
            }
            args.add("--lateness=" + each.get("time").path("lateness").asLong() + "ms");
        }
        args.add("--disorder=" + each.get("time").path("disorder").asLong() + "ms");
        return args;
    }

    private static String lines(JsonNode input) {
        StringBuilder lines = new StringBuilder();
        input.forEach(line -> lines.append(line).append('\n'));
        return lines.toString();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aCaseGivesItsResultsAndItsLateSamples(JsonNode each) throws Exception {
        check(each, lines(each.get("input")));
    }

    /** The same, as {@code feed --json} would print it. */
    @ParameterizedTest
    @MethodSource("cases")
    void aCaseGivesTheSameInTheFormOfAFeed(JsonNode each) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (JsonNode line : each.get("input")) {
            ObjectNode fed = line.deepCopy();
            if (fed.has("t")) {
                fed.set("node", fed.remove("source"));
                fed.put("epoch", 7).put("sequence", 1).put("missed", 0);
                fed.put(
                        "time",
                        java.time.Instant.ofEpochMilli(fed.remove("t").asLong()).toString());
            }
            lines.append(fed).append('\n');
        }
        check(each, lines.toString());
    }

    private void check(JsonNode each, String input) throws Exception {
        Path late = folder.resolve("late.json");
        List<String> args = command(each);
        args.add("--late=" + late);
        Cli.Result result = run(input, args(args));
        ArrayNode results = MAPPER.createArrayNode();
        for (String line : result.lines()) {
            results.add(MAPPER.readTree(line));
        }
        JsonNode expected = each.get("expect").get("results").deepCopy();
        expected.forEach(one -> ((ObjectNode) one).putIfAbsent("key", MAPPER.nullNode()));
        assertThat(results).as(each.get("name").asText()).isEqualTo(expected);
        ArrayNode lateValues = MAPPER.createArrayNode();
        for (String line : Files.readAllLines(late)) {
            JsonNode one = MAPPER.readTree(line);
            lateValues.add(one.get("value"));
            assertThat(one.get("t").asLong()).isLessThan(one.get("watermark").asLong());
        }
        assertThat(lateValues).isEqualTo(each.get("expect").get("late"));
        assertThat(result.status()).isZero();
        assertThat(result.err())
                .isEqualTo(
                        lateValues.isEmpty()
                                ? ""
                                : "broccoli: " + lateValues.size() + " sample"
                                        + (lateValues.size() == 1 ? " was late\n" : "s were late\n"));
    }

    // ---- folds

    @ParameterizedTest
    @CsvSource({
        "count.s(), 4",
        "sum.s(), 10",
        "mean.s(), 2.5",
        "min.s(), 1",
        "max.s(), 5",
        "first.s(), 3",
        "last.s(), 5"
    })
    void aFoldIsWhatItsNameSays(String expression, String value) {
        Cli.Result result = run("""
                {"t":1,"value":3}
                {"t":2,"value":1}
                {"t":12,"value":1}
                {"t":13,"value":5}
                """, "window", "--size", "20ms", "--slide", "10ms", "--reduce", expression);
        assertThat(result.lines()).hasSize(3);
        assertThat(result.lines().get(1))
                .isEqualTo("{\"key\":null,\"start\":0,\"end\":20,\"revision\":0,\"value\":" + value + "}");
    }

    @Test
    void sumsStayWholeAsLongAsTheyCanAndValuesThatAreNoNumbersAreRefused() {
        Cli.Result result = run("""
                {"t":1,"key":"whole","value":9007199254740993}
                {"t":1,"key":"whole","value":2}
                {"t":1,"key":"over","value":9223372036854775807}
                {"t":1,"key":"over","value":1}
                {"t":1,"key":"not","value":"NaN"}
                {"t":1,"key":"not","value":1}
                {"t":1,"key":"bad","value":"x"}
                {"t":1,"key":"part","value":0.5}
                """, "window", "--size", "10ms", "--reduce", "sum.s()");
        assertThat(result.lines().stream().map(line -> line.replaceAll(".*key\":(\"[a-z]+\").*value\":(.*)}", "$1 $2")))
                .containsExactly(
                        "\"whole\" 9007199254740995", "\"over\" 9.223372036854776E18",
                        "\"not\" \"NaN\"", "\"part\" 0.5");
        assertThat(result.err())
                .isEqualTo("broccoli: line 7: the value is no number, and sum takes numbers; it is left out\n");
        assertThat(result.status()).isEqualTo(2);
    }

    // ---- input

    @Test
    void fieldsAreNamedAndMayBePathsIntoObjects() {
        Cli.Result result = run(
                """
                {"at":{"utc":"1970-01-01T00:00:01Z"},"net":"ak","value":{"mag":4.5,"kind":"quake"}}
                {"at":{"utc":"1970-01-01T00:00:02.5Z"},"net":"ak","value":{"mag":5,"kind":"quake"}}

                {"at":{"utc":"1970-01-01T00:00:03Z"},"net":"ak","value":{"mag":5,"kind":"blast"}}
                """,
                "window",
                "--size",
                "60s",
                "--time",
                "at.utc",
                "--source",
                "net",
                "--key",
                "value.kind",
                "--value",
                "value.mag");
        assertThat(result.err()).isEmpty();
        assertThat(result.lines())
                .containsExactly(
                        "{\"key\":\"quake\",\"start\":0,\"end\":60000,\"revision\":0,\"values\":[4.5,5]}",
                        "{\"key\":\"blast\",\"start\":0,\"end\":60000,\"revision\":0,\"values\":[5]}");
    }

    @Test
    void badLinesAreSaidWithTheirNumberAndTheOthersGoOn() {
        String huge = "{\"t\":1,\"value\":\"" + "x".repeat(1 << 20) + "\"}";
        Cli.Result result = run("""
                {"t":1,"value":1}
                nonsense
                {"t":"soon","value":1}
                {"t":1.5,"value":1}
                {"value":1}
                {"t":1}
                [1]
                {"t":1,"t":2,"value":1}
                {"t":99999999999999999999,"value":1}
                {"t":1,"node":null,"value":1}
                %s
                {"t":1,"value":1} x
                {"joined":null}
                {"t":3,"value":2}""".formatted(huge), "window", "--size", "10ms");
        assertThat(result.lines())
                .containsExactly("{\"key\":null,\"start\":0,\"end\":10,\"revision\":0,\"values\":[1,2]}");
        List<String> said = result.err().lines().toList();
        assertThat(said).hasSize(11).last().isEqualTo("broccoli: 12 lines were refused");
        assertThat(said.subList(0, 10))
                .zipSatisfy(
                        List.of(
                                "line 2: column ",
                                "line 3: the field 't' is no time: soon is neither",
                                "line 4: the field 't' is no time: 1.5",
                                "line 5: there is neither a field 't' nor 'time'",
                                "line 6: there is no field 'value'; --value names",
                                "line 7: an object is expected",
                                "line 8: column 11: Duplicate",
                                "line 9: the field 't' is no time",
                                "line 10: the field 'node' is null",
                                "line 11: it has more than 1048576 bytes"),
                        (line, expected) -> assertThat(line)
                                .startsWith("broccoli: " + expected)
                                .endsWith("; it is left out"));
        assertThat(result.status()).isEqualTo(2);
    }

    // ---- bounds

    @Test
    void atTheBoundWindowsComeEarlyOrTheCommandFails() {
        String input = LongStream.range(0, 100)
                .mapToObj(i -> "{\"t\":" + i + ",\"key\":" + i % 2 + ",\"value\":" + i + "}")
                .collect(Collectors.joining("\n"));
        Cli.Result early = run(input, "window", "--size", "1h", "--most", "10");
        assertThat(early.lines()).hasSizeBetween(10, 25).first().asString().contains("\"early\":true");
        assertThat(early.err())
                .containsPattern("[0-9]+ windows were printed early, since 10 samples were kept; --most raises");
        assertThat(early.status()).isZero();
        assertThat(early.lines().stream()
                        .flatMap(line ->
                                Stream.of(line.replaceAll(".*\\[(.*)].*", "$1").split(","))))
                .as("each sample is in one of them")
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, 100).mapToObj(Long::toString).toList());
        Cli.Result fail = run(input, "window", "--size", "1h", "--most", "10", "--full", "fail");
        assertThat(fail.err()).contains("WINDOW_TOO_LARGE: open windows have more than 10 samples");
        assertThat(fail.status()).isEqualTo(1);
        Cli.Result fold =
                run(input, "window", "--size", "1h", "--most", "10", "--full", "fail", "--reduce", "count.s()");
        assertThat(fold.lines()).hasSize(2).allMatch(line -> line.endsWith("\"value\":50}"));
        Cli.Result join = run(
                input.replace("\"key\":", "\"side\":\"a\",\"key\":"),
                "join",
                "--low",
                "0",
                "--high",
                "1h",
                "--most",
                "10");
        assertThat(join.err()).contains("90 samples were forgotten early, since 10 were kept");
    }

    @Test
    void tooManySourcesAreAMistake() {
        InputStream input = lines(100_002, i -> "{\"joined\":" + i + "}\n");
        Cli.Result result = Cli.run(input, "window", "--size", "1s");
        assertThat(result.err()).contains("line 100001: there are more than 100000 sources; --source names");
        assertThat(result.status()).isEqualTo(1);
    }

    private interface Line {
        String at(long i);
    }

    /** Lines that are never in memory all at once. */
    @SuppressWarnings("JdkObsolete") // that is what a SequenceInputStream takes
    private static InputStream lines(long count, Line line) {
        return new SequenceInputStream(new Enumeration<>() {
            private long next;

            @Override
            public boolean hasMoreElements() {
                return next < count;
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream(line.at(next++).getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    @Test
    void aLongStreamNeedsNoMoreThanItsOpenWindows() {
        Cli.Result result = Cli.run(
                lines(200_000, i -> "{\"t\":" + i + ",\"key\":\"k" + i % 7 + "\",\"value\":1}\n"),
                "window",
                "--size",
                "1s",
                "--reduce",
                "sum.s()",
                "--most",
                "14",
                "--full",
                "fail");
        assertThat(result.err()).isEmpty();
        assertThat(result.lines()).hasSize(200 * 7);
        assertThat(result.lines().stream()
                        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:([0-9]+)}", "$1")))
                        .sum())
                .isEqualTo(200_000);
    }

    // ---- against a plain computation

    @Test
    void windowsOfAStreamByChanceAreThoseOfAPlainComputation() throws Exception {
        long seed = Long.getLong("broccoli.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Long, Long> expected = new TreeMap<>();
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            long time = i * 10L + random.nextInt(500);
            int value = random.nextInt(100);
            expected.merge(Math.floorDiv(time, 1_000L) * 1_000, (long) value, Long::sum);
            input.append("{\"t\":" + time + ",\"value\":" + value + "}\n");
        }
        Cli.Result result =
                run(input.toString(), "window", "--size", "1s", "--disorder", "500ms", "--reduce", "sum.s()");
        Map<Long, Long> actual = new TreeMap<>();
        for (String line : result.lines()) {
            JsonNode node = MAPPER.readTree(line);
            assertThat(actual.put(node.get("start").asLong(), node.get("value").asLong()))
                    .isNull();
        }
        assertThat(actual).as("seed %d", seed).isEqualTo(expected);
        assertThat(result.err()).isEmpty();
    }

    // ---- options

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            window | either --size or --gap
            window --size 1s --gap 1s | either --size or --gap
            window --gap 1s --slide 1s | --slide and --offset need --size
            window --size 0 | at least 1 ms
            window --size 0.5ms | no whole number of milliseconds
            window --size 1s --disorder=-1s | disorder
            window --size 1s --most 0 | --most is at least 1
            window --size 1s --reduce median.s() | 'median.s()' is no fold. Windows are reduced by count.s()
            window --size 1s --reduce mean.s( | expected a signature or a value, not the end
            window --size 1s --late /no/such/folder/late | --late /no/such/folder/late cannot be written
            join --low 0 | Missing required option
            join --low 2s --high 1s | above the high one
            join --low 0 --high 1s --a x --b x | --a and --b are the same
            """)
    void whatMakesNoSenseIsRefusedWithStatus2(String line, String reason) {
        Cli.Result result = run("", line.split(" "));
        assertThat(result.err()).contains(reason);
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(2);
    }

    @Test
    void theSidesOfAJoinMayBeNodes() {
        Cli.Result result =
                run("""
                {"node":"shed","time":"1970-01-01T00:00:01Z","value":1}
                {"node":"hall","time":"1970-01-01T00:00:02Z","value":2}
                {"node":"loft","time":"1970-01-01T00:00:02Z","value":2}
                """, "join", "--low", "0", "--high", "1s", "--side", "node", "--a", "shed", "--b", "hall");
        assertThat(result.lines()).containsExactly("{\"key\":null,\"a\":1,\"b\":2}");
        assertThat(result.err())
                .isEqualTo(
                        "broccoli: line 3: the field 'node' is neither 'shed' nor 'hall', but 'loft'; it is left out\n");
    }
}
