package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node is frozen by SIGSTOP and thawed by SIGCONT. */
@Tag("brokers")
class FrozenNodeTest {

    private static final Duration LEASE = Duration.ofSeconds(8);
    private static final Duration MARGIN = Duration.ofSeconds(3);

    @Test
    void itsWorkIsDoneByOthersWithinItsLeaseAndItIsUsedAgain() throws Exception {
        run(1);
    }

    @Test
    @Tag("soak")
    void oneAfterTheOther() throws Exception {
        run(6);
    }

    private static void run(int times) throws Exception {
        try (RealCluster real = RealCluster.start()) {
            for (int i = 0; i < 3; i++) {
                real.node("node-" + i, 20, 2);
            }
            real.awaitReady();
            Cluster client = real.client(3);
            Endless source = new Endless();
            Receipts receipts = new Receipts();
            receipts.of(source.flux().transform(Labour.stage(RealCluster.canvas(client), 20)));
            for (int i = 0; i < times; i++) {
                String frozen = "node-" + i % 3;
                Awaitility.await()
                        .atMost(MARGIN)
                        .until(() -> real.figures(frozen).get("held") > 0);
                long startedBefore = real.figures(frozen).get("started");
                int before = receipts.count.get();
                real.node(frozen).freeze();
                // All that was taken from the source until now is delivered, though the frozen node had some of it.
                int taken = source.taken.get();
                Awaitility.await().atMost(LEASE.plus(MARGIN)).until(() -> receipts.count.get() >= taken);
                Thread.sleep(1000);
                double without = receipts.rate(Duration.ofSeconds(2));
                real.node(frozen).thaw();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(15))
                        .until(() -> real.figures(frozen).get("started") > startedBefore + 100);
                double with = receipts.rate(Duration.ofSeconds(2));
                System.out.printf(
                        "frozen node: %d results before; longest pause %d ms; %.0f/s without it, %.0f/s after; late %d%n",
                        before,
                        receipts.longestPause().toMillis(),
                        without,
                        with,
                        client.stats().lateResults());
                assertThat(with).isGreaterThan(without);
            }
            source.end();
            receipts.awaitEnd(Duration.ofSeconds(30));
            assertThat(receipts.count.get()).isEqualTo(source.taken.get());
            assertThat(receipts.longestPause()).isLessThan(LEASE.plus(MARGIN));
        }
    }
}
