package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.perf.process.MosquittoProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Members on three brokers, of which a random one is killed every three seconds and started again. */
@Tag("brokers")
class ThreeBrokersTest {

    private static final int BROKERS = 3;
    private static final int NODES = 2;
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(3);

    @Test
    void eachResultOfTwentyThousandComesOnce() throws Exception {
        run(20_000, 3);
    }

    @Test
    @Tag("soak")
    void eachResultOfAHundredThousandComesOnce() throws Exception {
        run(100_000, 10);
    }

    private static void run(int tasks, int atLeastKills) throws Exception {
        Assumptions.assumeTrue(
                MosquittoProcess.isInstalled() || Boolean.getBoolean("broccoli.brokers.required"),
                "mosquitto is not installed");
        long seed = System.nanoTime();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            List<MosquittoProcess> brokers = new ArrayList<>();
            for (int i = 0; i < BROKERS; i++) {
                brokers.add(MosquittoProcess.start());
                open.add(brokers.get(i));
            }
            String uri = brokers.stream().map(MosquittoProcess::uri).collect(Collectors.joining("+"));
            Labour labour = new Labour();
            for (int i = 0; i < NODES; i++) {
                Node node = labour.node(ClusterOptions.of(uri).withMember("node-" + i), 100, 8);
                open.add(node);
            }
            Cluster client = Cluster.connect(uri);
            open.add(client);
            client.awaitNodes(NODES, RealCluster.JOINING).block();
            Receipts receipts = new Receipts();
            receipts.of(Flux.range(0, tasks).transform(Labour.stage(RealCluster.canvas(client), 10)));
            int kills = killUntilDone(brokers, receipts, tasks, new Random(seed));
            receipts.awaitEnd(Duration.ofSeconds(30));
            System.out.printf(
                    "%d results over %d brokers, %d kills; longest pause %d ms; %d tasks started; seed %d%n",
                    receipts.count.get(),
                    BROKERS,
                    kills,
                    receipts.longestPause().toMillis(),
                    labour.started.get(),
                    seed);
            assertThat(receipts.count.get()).as("seed %d", seed).isEqualTo(tasks);
            assertThat(kills).isGreaterThanOrEqualTo(atLeastKills);
        } finally {
            for (int i = open.size() - 1; i >= 0; i--) {
                open.get(i).close();
            }
        }
    }

    private static int killUntilDone(List<MosquittoProcess> brokers, Receipts receipts, int tasks, Random random)
            throws Exception {
        int kills = 0;
        while (receipts.count.get() < tasks && kills < tasks) {
            MosquittoProcess victim = brokers.get(random.nextInt(brokers.size()));
            victim.kill();
            kills++;
            receipts.rate(BETWEEN_KILLS.dividedBy(2)); // fails if the stream did
            victim.restart();
            receipts.rate(BETWEEN_KILLS.dividedBy(2));
        }
        return kills;
    }
}
