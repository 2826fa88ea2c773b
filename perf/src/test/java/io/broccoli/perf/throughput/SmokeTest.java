package io.broccoli.perf.throughput;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Subject.Done;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The subjects over the transport in memory: they count and check; how fast they are is not looked at. */
class SmokeTest {

    private static final Processes ALONE = new Processes(List.of());

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 256})
    void map(int inFlight) throws InterruptedException {
        try (Node node = NodeMain.start(options().withMember("node"), NodeOptions.DEFAULTS);
                Cluster cluster = Cluster.connect(options())) {
            cluster.awaitNodes(1, Duration.ofSeconds(30)).block();
            Done done = new MapSubject("map", cluster, ALONE).run(new Load(500, inFlight, 0));
            assertThat(done.items()).isEqualTo(500);
            assertThat(done.nanos()).isPositive();
            assertThat(done.latencies().count()).isEqualTo(inFlight <= 16 ? 500 : 32);
            assertThat(done.messages()).isPositive();
            assertThat(node.stats().succeeded()).isEqualTo(500);
        }
    }

    @Test
    void burstsOfGroups() throws InterruptedException {
        try (Node node = NodeMain.start(options().withMember("node"), NodeOptions.DEFAULTS);
                Cluster cluster = Cluster.connect(options())) {
            cluster.awaitNodes(1, Duration.ofSeconds(30)).block();
            Done done = new Bursts(new GroupSubject(cluster, 100, ALONE), 100).run(new Load(250, 16, 0));
            assertThat(done.items()).isEqualTo(300);
            assertThat(done.latencies().count()).isEqualTo(3);
            assertThat(node.stats().succeeded()).isEqualTo(300);
        }
    }

    private static ClusterOptions options() {
        return ClusterOptions.of("memory:smoke");
    }
}
