package io.broccoli.perf.micro;

import io.broccoli.canvas.Canvas;
import io.broccoli.canvas.Stage;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Task;
import io.broccoli.task.TaskRegistry;
import io.broccoli.window.Window;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The operators over the transport in memory, with a node of two workers in this process, in nanoseconds for an item; beside Reactor's
 * own operators over a scheduler of two threads, with the same window.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OperatorBenchmark {

    private static final int ITEMS = 16_384;
    private static final int GROUP = 64;
    private static final int ADDEND = 7;
    private static final Task<Integer> ADD = Task.of("add", Integer.class);
    private static final Task<Integer> SUM = Task.of("xsum", Integer.class);
    private static final Duration LONGEST_START = Duration.ofSeconds(10);

    @Param("256")
    public int window;

    private final Scheduler threads = Schedulers.newParallel("yardstick", 2, true);
    private final Node node = Node.start(
            options().withMember("node"),
            NodeOptions.DEFAULTS.withWorkers(2).withQueue(1022),
            TaskRegistry.builder()
                    .task("add", "x", Integer.class, "y", Integer.class, (x, y) -> x + y)
                    .task("xsum", "numbers", List.class, OperatorBenchmark::sum)
                    .build());
    private final Cluster cluster = Cluster.connect(options());
    private Canvas canvas = Canvas.on(cluster);

    private static ClusterOptions options() {
        return ClusterOptions.of("memory:operators");
    }

    private static Integer sum(List<?> numbers) {
        int sum = 0;
        for (Object number : numbers) {
            sum += (Integer) number;
        }
        return sum;
    }

    @Setup
    public void join() {
        cluster.awaitNodes(1, LONGEST_START).block();
        canvas = Canvas.on(cluster).withWindow(window);
    }

    @TearDown
    public void leave() {
        cluster.close();
        node.close();
        threads.dispose();
    }

    private static <R> long run(Function<Flux<Integer>, Flux<R>> stage, long results) {
        Long count = Flux.range(0, ITEMS).transform(stage).count().block();
        if (count == null || count != results) {
            throw new IllegalStateException(count + " results instead of " + results);
        }
        return count;
    }

    private static <R> long through(Stage<Object, R> stage, long results) {
        return run(stage::apply, results);
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public long map() {
        return through(canvas.map(ADD.s(ADDEND)), ITEMS);
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public long starmap() {
        Stage<List<?>, Integer> stage = canvas.starmap(ADD);
        return run(source -> source.map(item -> List.of(item, ADDEND)).transform(stage), ITEMS);
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public long chain() {
        return through(canvas.map(Canvas.chain(ADD.s(ADDEND), ADD.s(ADDEND), ADD.s(ADDEND))), ITEMS);
    }

    @Benchmark
    @OperationsPerInvocation(2 * ITEMS)
    public long groupOfTwo() {
        return through(canvas.map(Canvas.<Integer>group(ADD.s(ADDEND), ADD.s(ADDEND))), ITEMS);
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public long chord() {
        return through(canvas.chord(Window.tumbling(GROUP), SUM.s()), ITEMS / GROUP);
    }

    /** The yardstick: the same items, calls and order without a cluster. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public long yardstickFlatMapSequential() {
        return run(
                source -> source.flatMapSequential(
                        item -> Mono.fromCallable(() -> item + ADDEND).subscribeOn(threads), window),
                ITEMS);
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public long yardstickFlatMap() {
        return run(
                source -> source.flatMap(
                        item -> Mono.fromCallable(() -> item + ADDEND).subscribeOn(threads), window),
                ITEMS);
    }
}
