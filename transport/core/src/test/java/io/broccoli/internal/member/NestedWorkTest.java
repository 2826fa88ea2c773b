package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.DrainReport;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Param;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskMethod;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tasks that send tasks and wait for them: they end, whatever the nodes' sizes. No stream here has a time-out to rescue it. */
class NestedWorkTest {

    private static final DispatchOptions FOREVER = DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO);

    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
    private int mostDepth;
    private int held; // begun and not cancelled
    private int ran;

    private static NodeOptions size(int queue, int workers) {
        return NodeOptions.DEFAULTS.withQueue(queue).withWorkers(workers);
    }

    private static Mono<Integer> call(TaskContext context, String task, int argument) {
        return all(context, task, Flux.just(argument)).single();
    }

    private static Flux<Integer> all(TaskContext context, String task, Flux<Integer> arguments) {
        return all(context, task, arguments, FOREVER);
    }

    private static Flux<Integer> all(
            TaskContext context, String task, Flux<Integer> arguments, DispatchOptions options) {
        return Cluster.of(context)
                .dispatch(arguments, Calls.<Integer>of(task), options)
                .map(NestedWorkTest::valueOrThrow);
    }

    private static Integer valueOrThrow(TaskOutcome<Integer> outcome) {
        if (outcome instanceof TaskOutcome.Success<Integer> success) {
            return java.util.Objects.requireNonNull(success.value());
        }
        throw ((TaskOutcome.Failure<Integer>) outcome).toException();
    }

    private static List<Integer> values(List<TaskOutcome<Integer>> outcomes) {
        return outcomes.stream().map(NestedWorkTest::valueOrThrow).toList();
    }

    /** down, fib, sum (of children that take 10 ms), leaf (10 ms), hold (for ever), and what calls another task by its name. */
    private TaskRegistry tasks(World world) {
        return TaskRegistry.builder()
                .task(
                        "down",
                        (context, args) -> {
                            int n = (int) args[0];
                            mostDepth = Math.max(mostDepth, context.depth());
                            return n == 0 ? 0 : call(context, "down", n - 1).map(below -> below + 1);
                        },
                        Parameter.of("n", Integer.class))
                .task(
                        "fib",
                        (context, args) -> {
                            int n = (int) args[0];
                            return n < 2
                                    ? n
                                    : all(context, "fib", Flux.just(n - 1, n - 2))
                                            .reduce(0, Integer::sum);
                        },
                        Parameter.of("n", Integer.class))
                .task(
                        "sum",
                        (context, args) -> all(context, "leaf", Flux.range(1, (int) args[0]))
                                .reduce(0, Integer::sum),
                        Parameter.of("n", Integer.class))
                .task("leaf", "n", Integer.class, n -> {
                    ran++;
                    return Mono.delay(Duration.ofMillis(10), world.time).thenReturn(n);
                })
                .task("hold", "n", Integer.class, n -> Mono.never()
                        .doOnSubscribe(begun -> held++)
                        .doOnCancel(() -> held--))
                .task(
                        "holdBelow",
                        (context, args) -> all(context, "hold", Flux.range(0, (int) args[0]))
                                .reduce(0, Integer::sum),
                        Parameter.of("n", Integer.class))
                .build();
    }

    /** A task that calls another one, which calls it again, so many times. */
    private static TaskRegistry mutual(String name, String other) {
        return mutual(TaskRegistry.builder(), name, other, FOREVER).build();
    }

    private static TaskRegistry.Builder mutual(
            TaskRegistry.Builder tasks, String name, String other, DispatchOptions options) {
        return tasks.task(
                name,
                (context, args) -> {
                    int n = (int) args[0];
                    Flux<Integer> below = all(context, other, Flux.just(n - 1), options);
                    return n == 0 ? 0 : below.single().map(steps -> steps + 1);
                },
                Parameter.of("n", Integer.class));
    }

    /** A task that calls itself, and one that tells its node. */
    private static TaskRegistry hops(int node, DispatchOptions options) {
        return mutual(TaskRegistry.builder(), "hop", "hop", options)
                .task("place", "n", Integer.class, n -> node)
                .build();
    }

    private void dispatch(Cluster client, String task, Integer... arguments) {
        client.dispatch(Flux.fromArray(arguments), Calls.<Integer>of(task), FOREVER)
                .subscribe(outcomes::add);
    }

    private TaskOutcome.Failure<Integer> failure() {
        return (TaskOutcome.Failure<Integer>) outcomes.get(0);
    }

    @ParameterizedTest(name = "queue {0}, workers {1}")
    @CsvSource({"0, 1", "1, 1", "0, 2", "3, 1", "7, 2"})
    void tenLevelsOnOneNodeComplete(int queue, int workers) throws Exception {
        try (World world = new World()) {
            Node node = world.node("a", size(queue, workers), tasks(world));
            dispatch(world.client(1), "down", 10);
            world.await(() -> !outcomes.isEmpty(), Duration.ofSeconds(10));
            assertThat(values(outcomes)).containsExactly(10);
            assertThat(mostDepth).isEqualTo(10);
            world.advance(Duration.ofSeconds(3));
            assertThat(node.stats().succeeded()).isEqualTo(11);
            assertThat(node.stats().maxHeld()).isLessThanOrEqualTo(queue + workers);
            assertThat(node.stats().parked()
                            + node.stats().running()
                            + node.stats().queued())
                    .isZero();
        }
    }

    @ParameterizedTest(name = "queue {0}, workers {1}, nodes {2}")
    @CsvSource({"0, 1, 1", "1, 1, 1", "3, 1, 1", "6, 2, 1", "0, 1, 2", "2, 1, 3", "60, 4, 3"})
    void aTreeOfTasksCompletes(int queue, int workers, int nodes) throws Exception {
        try (World world = new World()) {
            for (int i = 0; i < nodes; i++) {
                world.node("node" + i, size(queue, workers), tasks(world));
            }
            dispatch(world.client(nodes), "fib", 11, 8, 9);
            world.await(() -> outcomes.size() == 3, Duration.ofSeconds(60));
            assertThat(values(outcomes)).containsExactly(89, 21, 34);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aTreeOfTasksCompletesThoughFramesAreLostAndRepeated(long seed) throws Exception {
        FaultPlan faults = FaultPlan.seeded(seed)
                .withLoss(0.15)
                .withRepetition(0.15)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(40));
        try (World world = new World(faults)) {
            world.node("a", size((int) seed, 1), tasks(world));
            world.node("b", size(2, 1), tasks(world));
            dispatch(world.client(2), "fib", 7, 8);
            world.await(() -> outcomes.size() == 2, Duration.ofMinutes(2));
            assertThat(values(outcomes)).as("seed %d", seed).containsExactly(13, 21);
        }
    }

    @ParameterizedTest(name = "queue {0}, workers {1}, levels {2}")
    @CsvSource({"0, 1, 6", "1, 1, 6", "0, 2, 6", "3, 1, 6", "3, 1, 12", "7, 2, 12"})
    void nodesThatCallEachOtherCompleteOrSayThatTheyAreExhausted(int queue, int workers, int levels) throws Exception {
        try (World world = new World()) {
            world.node("a", size(queue, workers), mutual("ping", "pong"));
            world.node("b", size(queue, workers), mutual("pong", "ping"));
            dispatch(world.client(2), "ping", levels);
            world.await(() -> !outcomes.isEmpty(), Duration.ofMinutes(2));
            if (outcomes.get(0) instanceof TaskOutcome.Failure<Integer> failure) {
                assertThat(failure.kind()).isEqualTo(FailureKind.NESTING_EXHAUSTED);
                assertThat(failure.message()).contains("could be sent for");
                assertThat(levels).isGreaterThan(queue + workers); // it had to
            } else {
                assertThat(values(outcomes)).containsExactly(levels);
            }
            world.advance(Duration.ofSeconds(1));
            outcomes.clear();
            dispatch(world.client(2), "ping", 0, 0, 0); // the nodes are as good as new
            world.await(() -> outcomes.size() == 3, Duration.ofSeconds(5));
            assertThat(values(outcomes)).containsExactly(0, 0, 0);
        }
    }

    @Test
    void exhaustedNodesSaySoThoughOneAnnouncesItselfAllTheTime() throws Exception {
        try (World world = new World()) {
            world.node("a", size(0, 1), mutual("ping", "pong"));
            Node b = world.node("b", size(0, 1), mutual("pong", "ping"));
            dispatch(world.client(2), "ping", 6);
            awaitExhaustedWhileAnnounced(world, b);
        }
    }

    @Test
    void exhaustedNodesSaySoThoughOneAnnouncesItselfAllTheTimeAndTheirTasksGoByKey() throws Exception {
        try (World world = new World()) {
            int[] keys = new int[2]; // one of each node
            Router byKey = Router.byKey(Integer.class, n -> keys[n % 2]);
            DispatchOptions options = FOREVER.withRouter(byKey);
            world.node("a", size(0, 1), hops(0, options));
            Node b = world.node("b", size(0, 1), hops(1, options));
            Cluster client = world.client(2);
            for (int key = 0; key < 20; key++) {
                int each = key;
                client.dispatch(
                                Flux.just(key),
                                Calls.<Integer>of("place"),
                                FOREVER.withRouter(Router.byKey(Integer.class, n -> n)))
                        .subscribe(place -> keys[values(List.of(place)).get(0)] = each);
                world.advance(Duration.ofSeconds(1));
            }
            assertThat(keys[0]).isNotEqualTo(keys[1]);
            client.dispatch(Flux.just(6), Calls.<Integer>of("hop"), options).subscribe(outcomes::add);
            awaitExhaustedWhileAnnounced(world, b);
        }
    }

    private void awaitExhaustedWhileAnnounced(World world, Node node) {
        for (int seconds = 0; outcomes.isEmpty() && seconds < 120; seconds++) {
            ((Member) node.cluster()).inbox().hello();
            world.advance(Duration.ofSeconds(1));
        }
        assertThat(outcomes).hasSize(1);
        assertThat(failure().kind()).isEqualTo(FailureKind.NESTING_EXHAUSTED);
    }

    @Test
    void crowdsOfTasksThatCallEachOtherEndOneWayOrTheOther() throws Exception {
        try (World world = new World()) {
            Node a = world.node("a", size(3, 1), mutual("ping", "pong"));
            Node b = world.node("b", size(3, 1), mutual("pong", "ping"));
            Cluster client = world.client(2);
            client.dispatch(Flux.range(0, 40).map(i -> 3), Calls.<Integer>of("ping"), FOREVER)
                    .subscribe(outcomes::add);
            client.dispatch(Flux.range(0, 40).map(i -> 3), Calls.<Integer>of("pong"), FOREVER)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 80, Duration.ofMinutes(20));
            assertThat(outcomes).allSatisfy(outcome -> {
                if (outcome instanceof TaskOutcome.Failure<Integer> failure) {
                    assertThat(failure.kind()).isEqualTo(FailureKind.NESTING_EXHAUSTED);
                }
            });
            world.advance(Duration.ofSeconds(3));
            for (Node node : List.of(a, b)) {
                assertThat(node.stats().parked()
                                + node.stats().running()
                                + node.stats().queued())
                        .isZero();
                assertThat(node.stats().unusedCredit()).isZero();
            }
        }
    }

    @Test
    void aHundredParentsOfTenChildrenEachCompleteOnTwoSmallNodes() throws Exception {
        try (World world = new World()) {
            Node a = world.node("a", size(3, 1), tasks(world));
            Node b = world.node("b", size(2, 2), tasks(world));
            Cluster client = world.client(2);
            List<Integer> parked = new ArrayList<>();
            client.dispatch(Flux.range(0, 100).map(i -> 10), Calls.<Integer>of("sum"), FOREVER)
                    .subscribe(outcomes::add);
            world.await(
                    () -> {
                        parked.add(a.stats().parked());
                        parked.add(b.stats().parked());
                        return outcomes.size() == 100;
                    },
                    Duration.ofMinutes(1));
            assertThat(values(outcomes)).containsOnly(55);
            assertThat(ran).isEqualTo(1000);
            assertThat(parked).contains(1).allSatisfy(now -> assertThat(now).isBetween(0, 2)); // of 4 - 1 - 4 / 4
            assertThat(a.stats().maxHeld()).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void aParentThatWaitsHoldsNoWorker() throws Exception {
        try (World world = new World()) {
            Node node = world.node(
                    "a",
                    size(7, 2),
                    TaskRegistry.builder()
                            .task(
                                    "parent",
                                    (context, args) -> call(context, "hold", 1),
                                    Parameter.of("n", Integer.class))
                            .task("quick", "n", Integer.class, n -> n)
                            .build());
            world.node("b", size(7, 2), tasks(world));
            Cluster client = world.client(2);
            client.dispatch(Flux.just(1, 2, 3), Calls.<Integer>of("parent"), FOREVER)
                    .subscribe();
            world.advance(Duration.ofSeconds(1));
            assertThat(node.stats().parked()).isEqualTo(3);
            assertThat(node.stats().running() + node.stats().queued()).isZero();
            dispatch(client, "quick", 5);
            world.await(() -> !outcomes.isEmpty(), Duration.ofSeconds(1));
            assertThat(values(outcomes)).containsExactly(5);
        }
    }

    @Test
    void whatIsSeventeenDeepIsRefused() throws Exception {
        try (World world = new World()) {
            world.node("a", size(0, 1), tasks(world));
            dispatch(world.client(1), "down", 17);
            world.await(() -> !outcomes.isEmpty(), Duration.ofSeconds(10));
            assertThat(failure().kind()).isEqualTo(FailureKind.NESTING_EXHAUSTED);
            assertThat(failure().message()).contains("depth 17").contains("at most 16");
            assertThat(mostDepth).isEqualTo(16);
            outcomes.clear();
            dispatch(world.client(1), "down", 16);
            world.await(() -> !outcomes.isEmpty(), Duration.ofSeconds(10));
            assertThat(values(outcomes)).containsExactly(16);
        }
    }

    @Test
    void cancellingTheParentCancelsItsChildrenOnAllNodes() throws Exception {
        try (World world = new World()) {
            Node a = world.node("a", size(6, 2), tasks(world));
            Node b = world.node("b", size(6, 2), tasks(world));
            Cluster client = world.client(2);
            var parents = client.dispatch(Flux.just(6, 6), Calls.<Integer>of("holdBelow"), FOREVER)
                    .subscribe(outcomes::add);
            world.advance(Duration.ofSeconds(2));
            assertThat(held).isEqualTo(4); // all workers
            parents.dispose();
            world.advance(Duration.ofMillis(50));
            for (Node node : List.of(a, b)) {
                assertThat(node.stats().parked()
                                + node.stats().running()
                                + node.stats().queued())
                        .isZero();
            }
            assertThat(held).isZero();
            world.advance(Duration.ofSeconds(20));
            assertThat(a.stats().links() + b.stats().links()).isZero();
        }
    }

    @Test
    void aParentThatTimesOutTakesItsChildrenWithIt() throws Exception {
        try (World world = new World()) {
            Node a = world.node("a", size(6, 2), tasks(world));
            world.client(1)
                    .dispatch(
                            Flux.just(3),
                            Calls.<Integer>of("holdBelow"),
                            DispatchOptions.DEFAULTS.withTimeout(Duration.ofSeconds(2)))
                    .subscribe(outcomes::add);
            world.await(() -> !outcomes.isEmpty(), Duration.ofSeconds(3));
            assertThat(failure().kind()).isEqualTo(FailureKind.TIMEOUT);
            world.advance(Duration.ofMillis(50));
            assertThat(a.stats().parked() + a.stats().running() + a.stats().queued())
                    .isZero();
        }
    }

    @Test
    void childrenOfAClientThatVanishedAreCancelledWithinItsLease() throws Exception {
        try (World world = new World()) {
            Node a = world.node("a", size(6, 2), tasks(world));
            Node b = world.node("b", size(6, 2), tasks(world));
            Cluster client = world.client(2);
            dispatch(client, "holdBelow", 5, 5);
            world.advance(Duration.ofSeconds(2));
            assertThat(held).isEqualTo(4);
            world.network.vanish(client.name());
            world.advance(Duration.ofSeconds(12));
            assertThat(held).isZero();
            assertThat(a.stats().parked() + a.stats().running() + a.stats().queued())
                    .isZero();
            assertThat(b.stats().parked() + b.stats().running() + b.stats().queued())
                    .isZero();
        }
    }

    @Test
    void parentsOfANodeThatVanishesAreRunAgainByAnother() throws Exception {
        try (World world = new World()) {
            world.node("a", size(6, 2), tasks(world));
            world.node("b", size(6, 2), tasks(world));
            Cluster client = world.client(2);
            client.dispatch(Flux.range(0, 30).map(i -> 5), Calls.<Integer>of("sum"), FOREVER)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 5, Duration.ofSeconds(10));
            world.network.vanish("a");
            world.await(() -> outcomes.size() == 30, Duration.ofSeconds(40));
            assertThat(values(outcomes)).containsOnly(15);
        }
    }

    @Test
    void aDrainingNodeFinishesParentsWithTheirChildren() throws Exception {
        try (World world = new World()) {
            Node a = world.node("a", size(6, 2), tasks(world));
            dispatch(world.client(1), "sum", 20, 20);
            world.await(() -> ran == 4, Duration.ofSeconds(1)); // both parents wait for children
            List<DrainReport> drained = new ArrayList<>();
            a.drain(Duration.ofSeconds(5)).subscribe(drained::add);
            world.await(() -> !drained.isEmpty(), Duration.ofSeconds(6));
            assertThat(drained).singleElement().satisfies(report -> assertThat(report.stillRunning())
                    .isZero());
            world.advance(Duration.ofMillis(5));
            assertThat(values(outcomes)).containsExactly(210, 210);
        }
    }

    /** Its sub-task is not part of what it returns. */
    static final class Careless {
        private final List<String> ends = new ArrayList<>();

        @TaskMethod
        public int careless(TaskContext context, @Param("n") int n) {
            all(context, "hold", Flux.just(1)).subscribe(value -> {}, failed -> ends.add(failed.toString()));
            return n;
        }

        @TaskMethod
        public Mono<Integer> hold(@Param("n") int n) {
            return Mono.never();
        }
    }

    @Test
    void whatATaskLeavesBehindIsCancelledWhenItEnds() throws Exception {
        try (World world = new World()) {
            Careless careless = new Careless();
            Node a = world.node(
                    "a", size(6, 2), TaskRegistry.builder().methodsOf(careless).build());
            dispatch(world.client(1), "careless", 7);
            world.await(() -> !outcomes.isEmpty(), Duration.ofSeconds(1));
            assertThat(values(outcomes)).containsExactly(7);
            world.advance(Duration.ofMillis(20));
            assertThat(careless.ends)
                    .singleElement()
                    .satisfies(end -> assertThat(end).contains("CLOSED").contains("ended"));
            assertThat(a.stats().running() + a.stats().queued() + a.stats().parked())
                    .isZero();
        }
    }
}
