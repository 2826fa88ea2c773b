package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code window --after}: windows over a restart are what they are without one. */
@ResourceLock("System.in")
class WindowRestartTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private record Line(String source, long sequence, String text) {}

    private static Cli.Result run(List<Line> lines, List<String> args) {
        StringBuilder input = new StringBuilder();
        lines.forEach(line -> input.append(line.text()).append('\n'));
        return Cli.run(
                new ByteArrayInputStream(input.toString().getBytes(StandardCharsets.UTF_8)),
                args.toArray(String[]::new));
    }

    private static List<Line> stream(Random random) {
        List<Line> lines = new ArrayList<>();
        long[] sequences = new long[3];
        long[] ahead = {0, random.nextInt(200), random.nextInt(200)};
        for (int i = 0; i < 300; i++) {
            int source = random.nextInt(3);
            long time = i * 10L + ahead[source] - random.nextInt(random.nextInt(20) == 0 ? 500 : 60);
            long sequence = ++sequences[source];
            lines.add(new Line(
                    "s" + source,
                    sequence,
                    "{\"node\":\"s" + source + "\",\"epoch\":7,\"sequence\":" + sequence + ",\"missed\":0,\"t\":" + time
                            + ",\"key\":" + random.nextInt(2) + ",\"value\":" + i + "}"));
        }
        return lines;
    }

    /** What a feed gives that goes on behind the positions of a file. */
    private static List<Line> behind(List<Line> lines, Path file) throws Exception {
        Map<String, Long> after = new HashMap<>();
        MAPPER.readTree(Files.readString(file)).get("positions").fields().forEachRemaining(each -> {
            assertThat(each.getValue().get("epoch").asLong()).isEqualTo(7);
            after.put(each.getKey(), each.getValue().get("sequence").asLong());
        });
        return lines.stream()
                .filter(line -> line.sequence() > after.getOrDefault(line.source(), 0L))
                .toList();
    }

    @Property(tries = 60)
    void windowsOfRunsThatGoOnAreThoseOfOneRun(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<Line> lines = stream(random);
        List<String> args = new ArrayList<>(List.of("window", "--quiet", "--size", "200ms", "--disorder", "60ms"));
        if (random.nextBoolean()) {
            args.addAll(List.of("--slide", random.nextBoolean() ? "50ms" : "300ms"));
        }
        if (random.nextInt(3) == 0) {
            args.addAll(List.of("--reduce", "count.s()"));
        }
        // Known from the start, or the first window closes before a source spoke.
        List<Line> joined = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            joined.add(new Line("s" + i, 0, "{\"joined\":\"s" + i + "\"}"));
        }
        Path folder = Files.createTempDirectory("windows");
        try {
            List<String> expected = printed(joined, lines, args, folder.resolve("one"));
            Path file = folder.resolve("several");
            List<String> actual = new ArrayList<>();
            int done = 0;
            while (done < lines.size()) {
                done = Math.min(lines.size(), done + 1 + random.nextInt(200));
                List<Line> known = lines.subList(0, done);
                actual.addAll(printed(joined, Files.exists(file) ? behind(known, file) : known, args, file));
            }
            assertThat(actual).as("seed %d, %s", seed, args).containsExactlyInAnyOrderElementsOf(expected);
        } finally {
            for (String each : List.of("one", "several")) {
                Files.deleteIfExists(folder.resolve(each));
            }
            Files.delete(folder); // nothing else is left there
        }
    }

    private static List<String> printed(List<Line> joined, List<Line> lines, List<String> args, Path file) {
        List<Line> all = new ArrayList<>(joined);
        all.addAll(lines);
        List<String> more = new ArrayList<>(args);
        more.addAll(List.of("--after", file.toString()));
        Cli.Result result = run(all, more);
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        return result.lines();
    }

    @Test
    void lateSamplesAreSaidOnceOverARestart(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("positions");
        Path late = folder.resolve("late");
        List<Line> lines = new ArrayList<>();
        long[] times = {5, 25, 3, 27}; // 3 is late; 25 is in an open window at the end
        for (int i = 0; i < times.length; i++) {
            lines.add(new Line(
                    "a",
                    i + 1,
                    "{\"node\":\"a\",\"epoch\":7,\"sequence\":" + (i + 1) + ",\"t\":" + times[i] + ",\"value\":"
                            + times[i] + "}"));
        }
        List<String> args = List.of("window", "--size", "10ms", "--after", file.toString(), "--late", late.toString());
        Cli.Result first = run(lines, args);
        assertThat(first.lines())
                .containsExactly("{\"key\":null,\"start\":0,\"end\":10,\"revision\":0,\"values\":[5]}");
        assertThat(Files.readAllLines(late)).hasSize(1);
        JsonNode kept = MAPPER.readTree(Files.readString(file));
        assertThat(kept.toString())
                .isEqualTo("{\"watermark\":27,\"positions\":{\"a\":" + position(kept, "positions", 1)
                        + "},\"read\":{\"a\":" + position(kept, "read", 4) + "}}");
        List<Line> more = new ArrayList<>(behind(lines, file));
        assertThat(more).hasSize(3);
        more.add(new Line("a", 5, "{\"node\":\"a\",\"epoch\":7,\"sequence\":5,\"t\":31,\"value\":31}"));
        Cli.Result second = run(more, args);
        assertThat(second.err()).isEmpty();
        assertThat(second.lines())
                .containsExactly("{\"key\":null,\"start\":20,\"end\":30,\"revision\":0,\"values\":[25,27]}");
        assertThat(Files.readAllLines(late)).hasSize(1);
    }

    private static JsonNode position(JsonNode kept, String name, long sequence) {
        JsonNode position = kept.get(name).get("a");
        assertThat(position.get("epoch").asLong()).isEqualTo(7);
        assertThat(position.get("sequence").asLong()).isEqualTo(sequence);
        return position;
    }

    @Test
    void positionsNeedLinesOfAFeedAndWindowsOfOneSize(@TempDir Path folder) {
        String file = folder.resolve("positions").toString();
        assertThat(run(List.of(), List.of("window", "--gap", "1s", "--after", file))
                        .err())
                .contains("--after needs --size");
        Cli.Result result = run(
                List.of(new Line("", 1, "{\"t\":1,\"value\":1}")), List.of("window", "--size", "1s", "--after", file));
        assertThat(result.err()).contains("line 1: there is no node, epoch and sequence");
        assertThat(result.status()).isEqualTo(2);
    }
}
