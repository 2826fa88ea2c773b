package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.frame.Site;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

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
}
