package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Task;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Slow nodes among fast ones, over a real broker; {@code SpeedsTest} has the same in virtual time, to the millisecond. */
@Tag("brokers")
class MixedSpeedTest {

    private static final Task<Integer> WORK = Task.of("work", Integer.class);

    /** One worker, and how long it was at it. */
    private static final class Worker {
        final LongAdder nanos = new LongAdder();
        final LongAdder tasks = new LongAdder();
        final Duration service;

        Worker(Duration service) {
            this.service = service;
        }

        Mono<Integer> work(int x) {
            long began = System.nanoTime();
            return Mono.delay(service).map(tick -> {
                nanos.add(System.nanoTime() - began);
                tasks.increment();
                return x;
            });
        }

        Node node(ClusterOptions options, int queue) {
            TaskRegistry tasks = TaskRegistry.builder()
                    .task("work", "x", Integer.class, this::work)
                    .build();
            return Node.start(
                    options,
                    NodeOptions.DEFAULTS.withQueue(queue).withWorkers(1).withWorkerScheduler(Schedulers.parallel()),
                    tasks);
        }
    }

    private static Worker worker(RealCluster real, String name, int queue, long micros) {
        Worker worker = new Worker(Duration.ofNanos(micros * 1_000));
        real.with(worker.node(real.options(name), queue));
        return worker;
    }

    @Test
    void aNodeFiftyTimesSlowerDelaysAStreamByOneOfItsTasksOnly() throws Exception {
        try (RealCluster real = RealCluster.start()) {
            worker(real, "slow", 2, 500_000);
            for (int i = 0; i < 3; i++) {
                worker(real, "fast-" + i, 2, 10_000);
            }
            Canvas canvas = Canvas.on(real.client(4));
            run(canvas); // compiles
            double took = run(canvas);
            double ideal = 600 / (3 * 100 + 2.0);
            System.out.printf("one slow node: %.2f s, ideal %.2f s%n", took, ideal);
            assertThat(took).isLessThan(1.2 * ideal + 0.5);
        }
    }

    private static double run(Canvas canvas) {
        long began = System.nanoTime();
        List<Integer> results =
                Flux.range(0, 600).transform(canvas.map(WORK)).collectList().block(Duration.ofMinutes(1));
        assertThat(results).hasSize(600);
        return (System.nanoTime() - began) / 1e9;
    }

    @Test
    void sixteenNodesOfMixedSpeedAreAllBusy() throws Exception {
        try (RealCluster real = RealCluster.start()) {
            List<Worker> workers = new ArrayList<>();
            int[] millis = {10, 20, 50, 200};
            for (int i = 0; i < 16; i++) {
                workers.add(worker(real, "node-" + i, 1023, millis[i % 4] * 1_000L));
            }
            Cluster client = real.client(16);
            AtomicInteger done = new AtomicInteger();
            Disposable stream = Flux.range(0, Integer.MAX_VALUE)
                    .transform(Canvas.on(client).unordered().map(WORK))
                    .subscribe(result -> done.incrementAndGet());
            Thread.sleep(5_000);
            workers.forEach(worker -> {
                worker.nanos.reset();
                worker.tasks.reset();
            });
            int before = done.get();
            long began = System.nanoTime();
            Thread.sleep(10_000);
            double rate = (done.get() - before) * 1e9 / (System.nanoTime() - began);
            // What they could do: a timer of 10 ms takes more than 10 ms.
            double most = workers.stream()
                    .mapToDouble(worker -> worker.tasks.sum() * 1e9 / Math.max(1, worker.nanos.sum()))
                    .sum();
            System.out.printf("sixteen nodes: %.0f/s of %.0f/s%n", rate, most);
            stream.dispose();
            assertThat(rate).isGreaterThan(0.95 * most);
        }
    }
}
