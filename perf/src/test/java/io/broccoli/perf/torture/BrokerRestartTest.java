package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The broker is killed during a stream, and started again with nothing in its memory. */
@Tag("brokers")
class BrokerRestartTest {

    private static final int SECONDS_TO_RECOVER = 5;
    private static final int NODES = 2;

    @Test
    void theStreamGoesOnThreeTimes() throws Exception {
        run(3);
    }

    @Test
    @Tag("soak")
    void theStreamGoesOnTenTimes() throws Exception {
        run(10);
    }

    private static void run(int times) throws Exception {
        try (RealCluster real = RealCluster.start()) {
            for (int i = 0; i < NODES; i++) {
                real.node("node-" + i, 100, 2);
            }
            real.awaitReady();
            List<Long> processes = pids(real);
            Cluster client = real.client(NODES);
            Endless source = new Endless();
            Receipts receipts = new Receipts();
            receipts.of(source.flux().transform(Labour.stage(RealCluster.canvas(client), 10)));
            receipts.rate(Duration.ofSeconds(3)); // everything is compiled by then
            for (int i = 0; i < times; i++) {
                double before = receipts.rate(Duration.ofSeconds(2));
                real.broker.kill();
                Thread.sleep(1000);
                real.broker.restart();
                double best = 0;
                int second = 0;
                while (best < 0.9 * before && second < SECONDS_TO_RECOVER) {
                    best = receipts.rate(Duration.ofSeconds(1));
                    second++;
                }
                System.out.printf(
                        "broker restart %d: %.0f/s before, %.0f/s in second %d after its return%n",
                        i + 1, before, best, second);
                assertThat(best).isGreaterThan(0.9 * before);
            }
            source.end();
            receipts.awaitEnd(Duration.ofSeconds(30));
            assertThat(receipts.count.get()).isEqualTo(source.taken.get());
            assertThat(pids(real)).isEqualTo(processes);
        }
    }

    private static List<Long> pids(RealCluster real) throws Exception {
        for (int i = 0; i < NODES; i++) {
            real.figures("node-" + i); // it answers: it lives
        }
        return List.of(
                real.node("node-0").handle().pid(), real.node("node-1").handle().pid());
    }
}
