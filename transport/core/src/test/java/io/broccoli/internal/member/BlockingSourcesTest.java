package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Sensors that are read by code that blocks. */
class BlockingSourcesTest {

    /** More than the threads that Reactor has for all that blocks. */
    private static final int SOURCES = Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE + 2;

    private final CountDownLatch gate = new CountDownLatch(1);

    /** Gives one value, and blocks in the middle of the next. */
    private Flux<Integer> sensor() {
        return Flux.generate(() -> 0, (n, sink) -> {
            if (n > 0) {
                block();
            }
            sink.next(n);
            return n + 1;
        });
    }

    private void block() {
        try {
            gate.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachHasAThreadOfItsOwnHoweverManyThereAre(boolean workersWithThreads) {
        ClusterOptions options = ClusterOptions.of("memory:sensors").withTransport(new MemoryNetwork());
        TaskRegistry.Builder tasks = TaskRegistry.builder();
        for (int i = 0; i < SOURCES; i++) {
            tasks.source("sensor-" + i, Source.of(sensor()).latest());
        }
        NodeOptions node = workersWithThreads ? NodeOptions.DEFAULTS : NodeOptions.DEFAULTS.withoutWorkerThreads();
        try (Node board = Node.start(options.withMember("board"), node, tasks.build());
                Cluster client = Cluster.connect(options)) {
            List<Flux<Sample<Integer>>> feeds = new ArrayList<>();
            for (int i = 0; i < SOURCES; i++) {
                feeds.add(client.feed("sensor-" + i, Integer.class).take(1));
            }
            List<Sample<Integer>> samples = Flux.merge(feeds).collectList().block(Duration.ofSeconds(30));
            assertThat(samples).hasSize(SOURCES).extracting(Sample::value).containsOnly(0);
            assertThat(board.stats().running()).isZero();
        } finally {
            gate.countDown();
        }
    }
}
