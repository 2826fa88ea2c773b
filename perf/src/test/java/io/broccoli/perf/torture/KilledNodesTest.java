package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Node processes die by SIGKILL and are replaced, while frames are lost and repeated: each result comes once, in order. */
@Tag("brokers")
class KilledNodesTest {

    private static final long SEED = Long.getLong("broccoli.seed", 20240101);
    private static final int NODES = 4;
    private static final double FAULTS = 0.05;

    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger given = new AtomicInteger();

    @Test
    void eachResultComesOnce() throws Exception {
        run(1_000, 2);
    }

    @Test
    @Tag("soak")
    void eachOfTenThousandResultsComesOnce() throws Exception {
        run(10_000, 12);
    }

    private void run(int tasks, int leastKills) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (RealCluster real = RealCluster.start(FAULTS, FAULTS, SEED)) {
            for (int i = 0; i < NODES; i++) {
                real.node("node-" + i, 7, 1);
            }
            real.awaitReady();
            Cluster client = real.client(NODES);
            long began = System.nanoTime();
            Disposable killer = Flux.interval(Duration.ofSeconds(2), Schedulers.boundedElastic())
                    .onBackpressureDrop()
                    .subscribe(tick -> replace(real, "node-" + random.nextInt(NODES)));
            List<Integer> results;
            try {
                results = Flux.range(0, Integer.MAX_VALUE)
                        .takeWhile(i -> i < tasks || kills.get() < leastKills) // more, where they are done too soon
                        .doOnNext(i -> given.incrementAndGet())
                        .transform(Labour.stage(RealCluster.canvas(client).withAttempts(20), 10))
                        .collectList()
                        .block(Duration.ofMinutes(5));
            } finally {
                killer.dispose();
            }
            System.out.printf(
                    "killed nodes, seed %d: %d tasks, %d kills, %.1f s; here %d frames lost, %d repeated; %s%n",
                    SEED,
                    given.get(),
                    kills.get(),
                    (System.nanoTime() - began) / 1e9,
                    FaultyTransport.LOST.sum(),
                    FaultyTransport.REPEATED.sum(),
                    client.stats());
            assertThat(results)
                    .as("seed %d", SEED)
                    .isEqualTo(IntStream.rangeClosed(1, given.get()).boxed().toList());
            assertThat(given.get()).isGreaterThanOrEqualTo(tasks);
            assertThat(kills.get()).isGreaterThanOrEqualTo(leastKills);
            assertThat(FaultyTransport.LOST.sum()).isPositive();
            assertThat(FaultyTransport.REPEATED.sum()).isPositive();
        }
    }

    private void replace(RealCluster real, String name) {
        try {
            real.node(name).kill();
            kills.incrementAndGet();
            real.node(name, 7, 1); // under the same name: its former life must not be mistaken for it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
