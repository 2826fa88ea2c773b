package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.node.Node;
import io.broccoli.node.NodeStats;
import io.broccoli.perf.process.ChildProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** A client dies by SIGKILL while a node holds its tasks. */
@Tag("brokers")
class KilledClientTest {

    private static final Duration LEASE = Duration.ofSeconds(8);
    private static final Duration MARGIN = Duration.ofSeconds(3);

    @Test
    void itsQueueAndCreditServeOthersWithinItsLease() throws Exception {
        try (RealCluster real = RealCluster.start()) {
            Node node = real.with(new Labour().node(real.options("node"), 2, 2));
            ChildProcess holder = real.process(HoldingMain.class, List.of(), List.of("holder", "20000"));
            holder.awaitReady();
            Awaitility.await().atMost(MARGIN).until(() -> node.stats().queued() == 2);
            holder.kill();
            long killed = System.nanoTime();
            assertThat(node.stats().links()).isEqualTo(1);
            Awaitility.await().atMost(LEASE.plus(MARGIN)).until(() -> {
                NodeStats stats = node.stats();
                return stats.links() == 0 && stats.queued() == 0 && stats.unusedCredit() == 0;
            });
            double fenced = (System.nanoTime() - killed) / 1e9;
            // What ran runs on, its two places are taken; those of the queue are for others, at once.
            Cluster other = real.client(1);
            Flux<Integer> stream = Flux.range(0, 4).transform(Labour.stage(RealCluster.canvas(other), 1));
            var results = stream.collectList().toFuture();
            Awaitility.await().atMost(MARGIN).until(() -> node.stats().queued() == 2);
            assertThat(results.get()).containsExactly(1, 2, 3, 4); // when the workers are free
            System.out.printf("killed client: fenced after %.1f s; %s%n", fenced, node.stats());
        }
    }

    @Test
    void oneThatComesBackUnderItsNameIsNotMistakenForItsFormerSelf() throws Exception {
        try (RealCluster real = RealCluster.start()) {
            Labour labour = new Labour();
            Node node = real.with(labour.node(real.options("node"), 30, 2));
            for (int life = 0; life < 3; life++) {
                ChildProcess former = real.process(HoldingMain.class, List.of(), List.of("phoenix", "200"));
                former.awaitReady();
                Awaitility.await().atMost(MARGIN).until(() -> node.stats().queued() > 0);
                former.kill();
                long began = System.nanoTime();
                try (Cluster phoenix = Cluster.connect(real.options("phoenix"))) {
                    phoenix.awaitNodes(1, RealCluster.JOINING).block();
                    List<Integer> results = Flux.range(0, 100)
                            .transform(Labour.stage(RealCluster.canvas(phoenix), 1))
                            .collectList()
                            .block(Duration.ofMinutes(1));
                    assertThat(results)
                            .isEqualTo(IntStream.rangeClosed(1, 100).boxed().toList());
                    assertThat(node.stats().links()).isEqualTo(1);
                    System.out.printf(
                            "phoenix: 100 results of its own %.1f s after the kill%n",
                            (System.nanoTime() - began) / 1e9);
                }
            }
        }
    }
}
