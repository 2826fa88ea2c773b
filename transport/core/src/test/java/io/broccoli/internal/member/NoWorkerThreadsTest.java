package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.Node;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tasks that run on the threads that bring them. */
class NoWorkerThreadsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final World world = new World();
    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();

    private void start(TaskRegistry tasks) {
        for (String name : List.of("a", "b")) {
            world.members.add(Node.start(world.options(name), World.SMALL.withoutWorkerThreads(), tasks));
        }
    }

    private void dispatch(Cluster client, String task, Flux<Integer> elements) {
        client.dispatch(elements, Calls.<Integer>of(task), DispatchOptions.DEFAULTS)
                .subscribe(outcomes::add, failed -> {});
    }

    private List<Integer> values() {
        return outcomes.stream()
                .map(outcome -> ((TaskOutcome.Success<Integer>) outcome).value())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"same", "slow"})
    void eachResultComesOnceInOrder(String task) throws Exception {
        try (world) {
            start(TaskRegistry.builder()
                    .task("same", "x", Integer.class, x -> x)
                    .task("slow", "x", Integer.class, x -> Mono.delay(Duration.ofMillis(10), world.time)
                            .thenReturn(x))
                    .build());
            dispatch(world.client(2), task, Flux.range(0, 2_000));
            world.await(() -> outcomes.size() == 2_000, MINUTE);
            assertThat(values()).isEqualTo(IntStream.range(0, 2_000).boxed().toList());
        }
    }

    @Test
    void tasksThatWaitForSubTasksEnd() throws Exception {
        try (world) {
            start(TaskRegistry.builder()
                    .task(
                            "down",
                            (context, args) -> {
                                int n = (int) args[0];
                                return n == 0
                                        ? 0
                                        : Cluster.of(context)
                                                .dispatch(
                                                        Flux.just(n - 1, n - 1),
                                                        Calls.<Integer>of("down"),
                                                        DispatchOptions.DEFAULTS)
                                                .map(outcome -> ((TaskOutcome.Success<Integer>) outcome).value())
                                                .reduce(1, Integer::sum);
                            },
                            Parameter.of("n", Integer.class))
                    .build());
            dispatch(world.client(2), "down", Flux.just(5, 5, 5));
            world.await(() -> outcomes.size() == 3, MINUTE);
            assertThat(values()).containsExactly(31, 31, 31);
        }
    }
}
