package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.frame.Site;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** {@code feed} over a broker in memory. */
@Timeout(60)
class FeedCommandTest {

    private static final List<Double> NO_NUMBERS =
            List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    private static Node node(String broker, String name, String feed, Publisher<?> source) {
        return Node.start(
                ClusterOptions.of(broker).withMember(name),
                NodeOptions.DEFAULTS.withSite(new Site(Map.of("room", name), null, null)),
                TaskRegistry.builder().source(feed, source).build());
    }

    private static Cli.Result feed(String broker, String name, String... more) {
        return Cli.run(Stream.concat(Stream.of("feed", name, "--broker", broker), Stream.of(more))
                .toArray(String[]::new));
    }

    private static void assertTimedOut(Cli.Result result, String... reasons) {
        assertThat(result.err())
                .startsWith("broccoli: TIMEOUT: no sample of the feed ")
                .contains(reasons);
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void samplesThatAreNoNumbersArePrintedAndTheFeedGoesOn() {
        String broker = "memory://no-numbers";
        try (Node node = node(broker, "shed", "probe", Flux.just(Map.of("deep", NO_NUMBERS), 1))) {
            Cli.Result lines = feed(broker, "probe", "--nodes", node.name(), "--count", "2");
            assertThat(lines.err()).isEmpty();
            assertThat(lines.lines()).hasSize(2);
            assertThat(lines.lines().get(0)).endsWith("  shed  1  {\"deep\":[NaN,Infinity,-Infinity]}");
            assertThat(lines.lines().get(1)).endsWith("  shed  2  1");
            assertThat(lines.status()).isZero();
            Cli.Result json = feed(broker, "probe", "--count", "2", "--json");
            assertThat(json.lines()).hasSize(2);
            assertThat(json.lines().get(0)).endsWith("\"value\":{\"deep\":[\"NaN\",\"Infinity\",\"-Infinity\"]}}");
        }
    }

    @Test
    void thatNobodyIsThereIsSaidInTime() {
        assertTimedOut(
                feed("memory://deserted", "probe", "--timeout", "300ms"),
                "'probe' within 300 ms in cluster 'default' at memory://deserted: no node is known");
    }

    @Test
    void thatNobodyOffersTheFeedIsSaidInTimeWithTheFeedsThatThereAre() {
        String broker = "memory://other-feeds";
        try (Node node = node(broker, "shed", "pressure", Flux.never())) {
            assertTimedOut(
                    feed(broker, "presure", "--timeout", "300ms"),
                    "no node offers it. Known: " + node.name() + ", which offers pressure");
            assertTimedOut(
                    feed(broker, "pressure", "--timeout", "300ms", "--label", "room=hall"),
                    "--nodes, --label and --within exclude the nodes that offer it: shed");
        }
    }

    @Test
    void aSourceThatIsSilentIsNamedInTimeAfterItsSamples() {
        String broker = "memory://silent";
        try (Node node = node(broker, "shed", "probe", Flux.concat(Flux.just(1, 2), Flux.never()))) {
            Cli.Result result = feed(broker, "probe", "--timeout", "500ms");
            assertThat(result.lines()).hasSize(2);
            assertTimedOut(result, "silent: " + node.name() + ". For a source that gives less often, raise --timeout");
        }
    }

    @Test
    void aNodeThatIsSilentWhileOthersAreNotIsNamedOnce() {
        String broker = "memory://one-silent";
        Flux<Long> ticks = Flux.interval(Duration.ofMillis(100));
        try (Node shed = node(broker, "shed", "probe", Flux.never());
                Node hall = node(broker, "hall", "probe", ticks)) {
            Cli.Result result = feed(broker, "probe", "--timeout", "500ms", "--count", "30");
            assertThat(result.lines()).hasSize(30).allMatch(line -> line.contains(hall.name()));
            assertThat(result.err())
                    .isEqualTo("broccoli: no sample of node " + shed.name() + " within 500 ms; others gave some\n");
            assertThat(result.status()).isZero();
        }
    }

    // ---- news

    @Test
    void nodesThatJoinFallIdleAndEndArePrintedAmongTheSamples() throws Exception {
        String broker = "memory://news";
        Node shed = node(broker, "shed", "probe", Flux.concat(Flux.just(1), Flux.never()));
        Flux<Long> ticks = Flux.interval(Duration.ofMillis(50))
                .onBackpressureDrop()
                .doOnNext(tick -> {
                    if (tick == 25) {
                        Schedulers.boundedElastic().schedule(shed::close);
                    }
                });
        try (Node hall = node(broker, "hall", "probe", ticks);
                Node loft = node(broker, "loft", "other", Flux.never());
                Cli.Running running = Cli.start(
                        "feed",
                        "probe",
                        "--broker",
                        broker,
                        "--json",
                        "--events",
                        "--idle",
                        "400ms",
                        "--count",
                        "40")) {
            Cli.Result result = running.await();
            assertThat(result.err()).isEmpty();
            List<String> news = result.lines().stream()
                    .filter(line -> !line.contains("value"))
                    .toList();
            assertThat(news)
                    .containsExactlyInAnyOrder(
                            "{\"joined\":\"hall\"}",
                            "{\"joined\":\"shed\"}",
                            "{\"idle\":\"shed\"}",
                            "{\"ended\":\"shed\"}");
            for (Node node : List.of(hall, shed)) {
                List<String> own = result.lines().stream()
                        .filter(line -> line.contains(node.name()))
                        .toList();
                assertThat(own.get(0)).as("before its samples").contains("joined");
            }
            assertThat(news.indexOf("{\"idle\":\"shed\"}")).isLessThan(news.indexOf("{\"ended\":\"shed\"}"));
            assertThat(loft.name()).isEqualTo("loft");
        }
    }

    @Test
    void newsNeedJsonAndOneFileIsEnough() {
        assertThat(feed("memory://none", "probe", "--events").err()).contains("--events needs --json");
        assertThat(feed("memory://none", "probe", "--after", "x", "--resume", "y")
                        .err())
                .contains("exclude each other");
    }

    // ---- positions

    private static List<Integer> values(Cli.Result result) {
        assertThat(result.err()).isEmpty();
        return result.lines().stream()
                .map(line -> Integer.valueOf(line.replaceAll(".*\"value\":([0-9]+)}", "$1")))
                .toList();
    }

    @Test
    void aFeedGoesOnBehindThePositionsOfItsFile(@TempDir Path folder) throws Exception {
        String broker = "memory://positions";
        Path file = folder.resolve("positions");
        AtomicInteger next = new AtomicInteger();
        Flux<Integer> source =
                Flux.interval(Duration.ofMillis(2)).onBackpressureDrop().map(tick -> next.incrementAndGet());
        try (Node shed = node(broker, "shed", "probe", source)) {
            Cluster other = Cluster.connect(broker); // keeps the source going
            other.feed("probe").subscribe();
            List<Integer> all = new ArrayList<>();
            long missed = 0;
            for (int run = 0; run < 3; run++) {
                Cli.Result result = feed(broker, "probe", "--json", "--count", "20", "--after", file.toString());
                all.addAll(values(result));
                missed += result.lines().stream()
                        .mapToLong(line -> Long.parseLong(line.replaceAll(".*\"missed\":([0-9]+),.*", "$1")))
                        .sum();
                assertThat(Files.readString(file))
                        .matches(
                                "\\{\"positions\":\\{\"shed\":\\{\"(epoch|sequence)\":[0-9]+,\"(epoch|sequence)\":[0-9]+}}}\n");
            }
            assertThat(all).hasSize(60).doesNotHaveDuplicates().isSorted();
            long begun = all.get(0);
            assertThat(missed)
                    .as("whatever was given since the first one, and not printed, is counted")
                    .isBetween(all.get(59) - begun + 1 - 60, (long) all.get(59) - 60);
            Cli.Result resumed = feed(broker, "probe", "--json", "--count", "1", "--resume", file.toString());
            assertThat(values(resumed).get(0)).isGreaterThan(all.get(59));
            assertThat(folder.toFile().list()).as("nothing else is left").containsExactly("positions");
            other.close();
            assertThat(shed.name()).isEqualTo("shed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{}",
                "{\"positions\":{\"a\":1}}",
                "{\"positions\":{\"a\":{\"epoch\":-1,\"sequence\":1}}}"
            })
    void aFileWithoutPositionsIsRefused(String content, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("positions"), content);
        for (String option : List.of("--after", "--resume")) {
            Cli.Result result = feed("memory://none", "probe", option, file.toString());
            assertThat(result.err()).contains(file.toString());
            assertThat(result.status()).isEqualTo(2);
        }
        assertThat(Files.readString(file)).isEqualTo(content);
    }
}
