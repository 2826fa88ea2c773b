package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.frame.Site;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.place.Point;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/** {@code --at} and {@code --within} over a broker in memory. */
@Timeout(60)
class PlacesTest {

    private static Node node(String broker, String name, Site site) {
        return Node.start(
                ClusterOptions.of(broker).withMember(name),
                NodeOptions.DEFAULTS.withSite(site),
                TaskRegistry.builder()
                        .source("probe", Flux.interval(Duration.ofMillis(20)).onBackpressureDrop())
                        .build());
    }

    private static Site at(double latitude, double longitude) {
        return Site.UNKNOWN.at(Point.of(latitude, longitude));
    }

    @Test
    void nodesAreListedByTheirDistanceWithTheMeasuredDelay() {
        String broker = "memory://distances";
        try (Node berlin = node(broker, "berlin", at(52.52, 13.405));
                Node adrift = node(broker, "adrift", Site.UNKNOWN);
                Node potsdam = node(broker, "potsdam", at(52.4, 13.065))) {
            Cli.Result result = Cli.run("nodes", "--broker", broker, "--at", "52.4,13.0");
            assertThat(result.err()).isEmpty();
            List<String> lines = result.lines();
            assertThat(lines.get(0)).startsWith("NAME     STATE   SITE         DISTANCE  DELAY");
            assertThat(lines.get(1)).matches("potsdam  ACTIVE  52.40,13.07  4.4 km    [0-9.]+ ms +[0-9]+ .*");
            assertThat(lines.get(2)).matches("berlin   ACTIVE  52.52,13.41  30.5 km   [0-9.]+ ms +[0-9]+ .*");
            assertThat(lines.get(3)).matches("adrift   ACTIVE  -            -         [0-9.]+ ms +[0-9]+ .*");
            assertThat(List.of(berlin.name(), adrift.name(), potsdam.name())).hasSize(3);
        }
    }

    @Test
    void aFeedComesFromTheNodesWithinACircle() {
        String broker = "memory://within";
        try (Node berlin = node(broker, "berlin", at(52.52, 13.405));
                Node adrift = node(broker, "adrift", Site.UNKNOWN);
                Node potsdam = node(broker, "potsdam", at(52.4, 13.065))) {
            Cli.Result result =
                    Cli.run("feed", "probe", "--broker", broker, "--within", "52.4,13.0,10km", "--count", "20");
            assertThat(result.err()).isEmpty();
            assertThat(result.lines()).hasSize(20).allMatch(line -> line.contains("  potsdam  "));
            Cli.Result nobody =
                    Cli.run("feed", "probe", "--broker", broker, "--within", "-52.4,13.0,10km", "--timeout", "300ms");
            assertThat(nobody.err())
                    .contains("--nodes, --label and --within exclude the nodes that offer it: " + adrift.name() + ", "
                            + berlin.name() + ", " + potsdam.name());
        }
    }

    @Test
    void placesThatAreNoneAreRefusedBeforeAnythingStarts() {
        Cli.Result node = Cli.run("node", "--at", "95,3");
        assertThat(node.status()).isEqualTo(2);
        assertThat(node.err()).contains("a latitude is -90 to 90 degrees, not 95.0");
        for (String command : List.of("node", "devices")) {
            Cli.Result both = Cli.run(command, "--at", "5,3", "--site", "5,3", "--broker", "memory://none");
            assertThat(both.status()).isEqualTo(2);
            assertThat(both.err()).contains("--site and --at both name a location");
        }
        Cli.Result feed = Cli.run("feed", "probe", "--within", "nowhere.json");
        assertThat(feed.status()).isEqualTo(2);
        assertThat(feed.err()).contains("'nowhere.json' is no circle (LAT,LON,200km), and no file that can be read");
    }
}
