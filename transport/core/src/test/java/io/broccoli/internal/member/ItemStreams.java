package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.task.Work;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What tests of item streams share: tasks that give several values, streams of them, and what came of these. */
public abstract class ItemStreams {

    static final DispatchOptions OPTIONS = DispatchOptions.DEFAULTS;
    static final Duration LONG = Duration.ofMinutes(5);

    final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
    long requested; // of all publishers at nodes
    int started;
    int disposed;

    /** One task for each element, which may give several values. */
    public record Several(List<String> tasks) implements Plan<Integer, Integer> {

        public static Several of(String... tasks) {
            return new Several(List.of(tasks));
        }

        @Override
        public void begin(Integer element, Run run) {
            if (tasks.size() == 1) {
                run.stream(new Work.Call(tasks.get(0), List.of(element), Map.of()), Run::succeed);
                return;
            }
            List<Work.Step> steps = new ArrayList<>();
            for (String task : tasks) {
                steps.add(new Work.Step(task, steps.isEmpty() ? List.of(element) : List.of(), Map.of(), false));
            }
            run.stream(new Work.Chain(steps), Run::succeed);
        }

        @Override
        public Type resultType() {
            return Integer.class;
        }
    }

    /**
     * range: the numbers below n; ticks: the same, one in 10 ms; once: the same, not replayable; broken: n numbers, then an error;
     * endless; next: x + 1; large: an item of 100 bytes, then one of a million.
     */
    TaskRegistry tasks(World world) {
        return TaskRegistry.builder()
                .task("range", "n", Integer.class, n -> observed(Flux.range(0, n)))
                .task("ticks", "n", Integer.class, n -> observed(ticks(world, n)))
                .task("once", "n", Integer.class, n -> observed(ticks(world, n)))
                .task("broken", "n", Integer.class, n -> observed(Flux.range(0, n))
                        .concatWith(Mono.error(new IllegalStateException("broken after " + n))))
                .task("endless", "n", Integer.class, n -> observed(Flux.range(0, Integer.MAX_VALUE)))
                .task("next", "x", Integer.class, x -> x + 1)
                .task("large", "n", Integer.class, n -> Flux.just(n, "x".repeat(n)))
                .task("nothing", (context, args) -> null)
                .task("silent", "n", Integer.class, n -> Flux.range(0, n).concatWith(Flux.never()))
                .task(
                        "shrinking",
                        (context, args) -> Flux.range(0, started++ == 0 ? 100 : 3)
                                .delayElements(Duration.ofMillis(10), world.time),
                        Parameter.of("n", Integer.class))
                .task(
                        "flaky",
                        "n",
                        Integer.class,
                        n -> observed(
                                started < 2
                                        ? Flux.range(0, 20 * started + 20)
                                                .concatWith(Mono.error(new IllegalStateException("flaky")))
                                        : Flux.range(0, n)))
                .replayable("flaky", "range", "ticks", "endless", "next", "shrinking")
                .build();
    }

    Flux<Integer> ticks(World world, int n) {
        return Flux.range(0, n)
                .concatMap(i -> Mono.delay(Duration.ofMillis(10), world.time).thenReturn(i), 1);
    }

    Flux<Integer> observed(Flux<Integer> flux) {
        started++;
        return flux.doOnRequest(n -> requested += n).doOnCancel(() -> disposed++);
    }

    Node node(World world, String name) {
        return node(world, name, World.SMALL);
    }

    Node node(World world, String name, NodeOptions options) {
        return world.node(name, options, tasks(world));
    }

    static List<Integer> range(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    List<Integer> values() {
        return values(0);
    }

    List<Integer> values(int from) {
        List<TaskOutcome<Integer>> some = outcomes.subList(from, outcomes.size());
        assertThat(some).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(TaskOutcome.Success.class));
        return some.stream()
                .map(outcome -> ((TaskOutcome.Success<Integer>) outcome).value())
                .toList();
    }

    TaskOutcome.Failure<Integer> failure(int place) {
        return (TaskOutcome.Failure<Integer>) outcomes.get(place);
    }

    /** A stream that counts as completed when it ends. */
    final class Ending {
        boolean completed;
    }

    Ending run(Cluster client, Flux<Integer> source, Plan<Integer, Integer> plan, DispatchOptions options) {
        Ending run = new Ending();
        client.dispatch(source, plan, options)
                .doOnComplete(() -> run.completed = true)
                .subscribe(outcomes::add);
        return run;
    }

    static void assertEmpty(World world, Cluster client, Node... nodes) {
        world.advance(Duration.ofSeconds(40));
        for (Node node : nodes) {
            assertThat(node.stats().queued() + node.stats().running()).isZero();
            assertThat(node.stats().unusedCredit()).isZero();
            assertThat(node.stats().links()).isZero();
        }
        assertThat(client.stats().inFlight() + client.stats().pending()).isZero();
    }
}
