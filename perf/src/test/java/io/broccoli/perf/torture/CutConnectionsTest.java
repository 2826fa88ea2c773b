package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.transport.contract.Cable;
import io.broccoli.transport.mqtt.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** A client and nodes over TCP, with connections that are cut at random: what was in a socket is lost. */
@Tag("brokers")
class CutConnectionsTest {

    private static final int NODES = 2;
    private static final int LEAST_MILLIS_BETWEEN_CUTS = 20;
    private static final int MOST_MILLIS_BETWEEN_CUTS = 500;

    @Test
    void eachResultOfTwentyThousandComesOnceAndInOrder() throws Exception {
        run(20_000, 10);
    }

    @Test
    @Tag("soak")
    void eachResultOfTwoHundredThousandComesOnceAndInOrder() throws Exception {
        run(200_000, 100);
    }

    private static void run(int tasks, int atLeastCuts) throws Exception {
        long seed = Long.getLong("broccoli.seed", System.nanoTime());
        System.out.println("seed " + seed);
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Labour labour = new Labour();
            List<Cable> cables = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                int port = Ports.free();
                // they know nothing of each other: the client is all that there is to be cut off from
                ClusterOptions options = ClusterOptions.of("tcp://127.0.0.1:" + port + "?discover=no")
                        .withMember("node-" + i);
                open.add(labour.node(options, 100, 8));
                Cable cable = new Cable(port);
                cables.add(cable);
                open.add(cable);
            }
            Cluster client = Cluster.connect(cables.stream()
                    .map(each -> "127.0.0.1:" + each.port())
                    .collect(Collectors.joining(",", "tcp://", "?listen=no&discover=no")));
            open.add(client);
            client.awaitNodes(NODES, RealCluster.JOINING).block();
            Receipts receipts = new Receipts();
            receipts.of(Flux.range(0, tasks).transform(Labour.stage(RealCluster.canvas(client), 10)));
            int cuts = cutUntilDone(cables, receipts, tasks, new Random(seed));
            receipts.awaitEnd(Duration.ofSeconds(30));
            System.out.printf(
                    "%d results over TCP, %d cuts; longest pause %d ms; %d tasks started; seed %d%n",
                    receipts.count.get(), cuts, receipts.longestPause().toMillis(), labour.started.get(), seed);
            assertThat(receipts.count.get()).as("seed %d", seed).isEqualTo(tasks);
            assertThat(cuts).as("seed %d", seed).isGreaterThanOrEqualTo(atLeastCuts);
        } finally {
            for (int i = open.size() - 1; i >= 0; i--) {
                open.get(i).close();
            }
        }
    }

    /** Fails if the stream did. */
    private static int cutUntilDone(List<Cable> cables, Receipts receipts, int tasks, Random random) throws Exception {
        int cuts = 0;
        while (receipts.count.get() < tasks && cuts < tasks) {
            cables.get(random.nextInt(cables.size())).cut();
            cuts++;
            receipts.rate(Duration.ofMillis(random.nextInt(LEAST_MILLIS_BETWEEN_CUTS, MOST_MILLIS_BETWEEN_CUTS)));
        }
        return cuts;
    }
}
