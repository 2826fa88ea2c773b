package io.broccoli.canvas;

import static io.broccoli.canvas.Canvas.chord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Param;
import io.broccoli.task.Task;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskMethod;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Canvases that handlers run: chords within chords, on nodes that are too small for them. */
class NestedCanvasTest {

    private static final Task<Integer> TREE = Task.of("tree", Integer.class);
    private static final Task<Integer> SUM = Task.of("sum", Integer.class);
    private static final Task<Integer> REJECT = Task.of("reject", Integer.class);

    /** Tasks that are methods; the context is given to those that ask for it. */
    static final class Tasks {

        /** The leaves of a tree: width to the power of levels, counted by chords within chords. */
        @TaskMethod
        public Mono<Integer> tree(TaskContext context, @Param("levels") int levels, @Param("width") int width) {
            if (levels == 0) {
                return Mono.just(1);
            }
            return Canvas.on(context)
                    .withTimeout(Duration.ZERO)
                    .run(chord(Collections.nCopies(width, TREE.s(levels - 1, width)), SUM.s()));
        }

        @TaskMethod
        public int sum(@Param("numbers") List<Integer> numbers) {
            return numbers.stream().mapToInt(Integer::intValue).sum();
        }

        @TaskMethod
        public Mono<Integer> reject(@Param("levels") int levels, TaskContext context) {
            if (levels == 0) {
                throw new IllegalStateException("the root of all evil");
            }
            return Canvas.on(context).run(chord(List.of(REJECT.s(levels - 1), TREE.s(2, 2)), SUM.s()));
        }
    }

    private static TaskRegistry tasks() {
        return TaskRegistry.builder().methodsOf(new Tasks()).build();
    }

    @ParameterizedTest(name = "queue {0}, workers {1}, nodes {2}, {3} levels of {4}")
    @CsvSource({"0, 1, 1, 10, 1", "0, 1, 1, 6, 2", "1, 1, 1, 4, 3", "3, 1, 2, 4, 3", "6, 2, 1, 2, 12", "2, 1, 3, 6, 2"})
    void chordsWithinChordsComplete(int queue, int workers, int nodes, int levels, int width) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        ClusterOptions options = ClusterOptions.of("memory:nested")
                .withTransport(new MemoryNetwork(time, FaultPlan.NONE.withDelay(Duration.ofMillis(1))))
                .withTime(time, () -> time.now(TimeUnit.NANOSECONDS));
        NodeOptions size =
                NodeOptions.DEFAULTS.withQueue(queue).withWorkers(workers).withWorkerScheduler(time);
        List<Node> started = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            started.add(Node.start(options.withMember("node" + i), size, tasks()));
        }
        List<Integer> results = new ArrayList<>();
        try (Cluster client = Cluster.connect(options)) {
            Canvas.on(client)
                    .withTimeout(Duration.ZERO)
                    .run(TREE.s(levels, width))
                    .subscribe(results::add);
            for (int ms = 0; ms < 60_000 && results.isEmpty(); ms++) {
                time.advanceTimeBy(Duration.ofMillis(1));
            }
            assertThat(results).containsExactly((int) Math.pow(width, levels));
            time.advanceTimeBy(Duration.ofSeconds(3));
            for (Node node : started) {
                assertThat(node.stats().maxHeld()).isLessThanOrEqualTo(queue + workers);
                assertThat(node.stats().queued()
                                + node.stats().running()
                                + node.stats().parked())
                        .isZero();
            }
        } finally {
            started.forEach(Node::close);
        }
    }

    @Test
    @Timeout(60)
    void chordsWithinChordsCompleteOnRealThreads() {
        TaskRegistry tasks = tasks();
        try (Nodes nodes = Nodes.small(tasks, tasks)) {
            Flux<Integer> many = Flux.range(0, 20)
                    .map(i -> new Args(List.of(4, 3)))
                    .transform(nodes.canvas().map(TREE));
            assertThat(many.collectList().block(Duration.ofSeconds(50)))
                    .hasSize(20)
                    .containsOnly(81);
        }
    }

    @Test
    @Timeout(60)
    void theFailureOfADeepSubTaskIsThatOfTheCanvas() {
        TaskRegistry tasks = tasks();
        try (Nodes nodes = Nodes.small(tasks, tasks)) {
            assertThatThrownBy(() -> nodes.canvas().run(REJECT.s(5)).block(Duration.ofSeconds(20)))
                    .isInstanceOf(TaskException.class)
                    .hasMessageContaining("the root of all evil");
            assertThat(nodes.canvas().run(TREE.s(3, 2)).block(Duration.ofSeconds(20)))
                    .isEqualTo(8);
        }
    }
}
