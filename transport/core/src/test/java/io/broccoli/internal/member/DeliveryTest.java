package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Hedging;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.RateLimit;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.cluster.Run;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.task.Work;
import io.broccoli.transport.memory.FaultPlan;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What users choose for a stream: how failures, losses, time, order and shares are dealt with. */
class DeliveryTest {

    private static final DispatchOptions OPTIONS = DispatchOptions.DEFAULTS;
    private static final NodeOptions ONE = NodeOptions.DEFAULTS.withQueue(1).withWorkers(1);

    @SuppressWarnings("NullAway.Init")
    private World world;

    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
    private final Map<Integer, Integer> runs = new HashMap<>();
    private final List<Integer> begun = new ArrayList<>();
    private final List<Long> begunAt = new ArrayList<>();

    @BeforeEach
    void begin() {
        world = new World();
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    private long millis() {
        return world.time.now(TimeUnit.MILLISECONDS);
    }

    /** flaky fails the first two times that it sees a number, work takes 10 ms. */
    private TaskRegistry tasks(Duration workTakes) {
        return TaskRegistry.builder()
                .task("flaky", "x", Integer.class, x -> {
                    begunAt.add(millis());
                    if (runs.merge(x, 1, Integer::sum) <= 2) {
                        throw new IllegalStateException("not yet " + x);
                    }
                    return x;
                })
                .task("work", "x", Integer.class, x -> {
                    begun.add(x);
                    begunAt.add(millis());
                    runs.merge(x, 1, Integer::sum);
                    return Mono.delay(workTakes, world.time).thenReturn(x);
                })
                .build();
    }

    private Node node(String name, NodeOptions options, long workMillis) {
        return world.node(name, options, tasks(Duration.ofMillis(workMillis)));
    }

    private Disposable run(Cluster client, Flux<Integer> source, String task, DispatchOptions options) {
        return client.dispatch(source, Calls.<Integer>of(task), options).subscribe(outcomes::add);
    }

    private TaskOutcome.Failure<Integer> failure(int place) {
        return (TaskOutcome.Failure<Integer>) outcomes.get(place);
    }

    private static List<Integer> range(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private List<Integer> values() {
        return outcomes.stream()
                .map(outcome -> ((TaskOutcome.Success<Integer>) outcome).value())
                .toList();
    }

    // ---- failures

    @Test
    void aFailedTaskIsTriedAgainAfterGrowingPausesAndKeepsItsPlaceInTheOrder() {
        node("a", World.SMALL, 10);
        Cluster client = world.client(1);
        RetryPolicy retry = RetryPolicy.backoff(2, Duration.ofMillis(100)).withJitter(0);
        run(client, Flux.just(1), "flaky", OPTIONS.withRetry(retry));
        world.await(() -> outcomes.size() == 1, Duration.ofSeconds(2));
        assertThat(values()).containsExactly(1);
        assertThat(begunAt).hasSize(3);
        assertThat(begunAt.get(1) - begunAt.get(0)).isBetween(100L, 110L);
        assertThat(begunAt.get(2) - begunAt.get(1)).isBetween(200L, 210L);

        outcomes.clear();
        run(client, Flux.range(2, 40), "flaky", OPTIONS.withRetry(retry).withWindow(3));
        world.await(() -> outcomes.size() == 40, Duration.ofSeconds(20));
        assertThat(values()).isEqualTo(range(42).subList(2, 42));
    }

    @Test
    void aTaskThatFailsTooOftenFailsWithItsOwnMessageItsAttemptAndItsArguments() {
        node("a", World.SMALL, 10);
        Cluster client = world.client(1);
        run(client, Flux.just(7), "flaky", OPTIONS.withRetry(RetryPolicy.backoff(1, Duration.ofMillis(5))));
        world.await(() -> outcomes.size() == 1, Duration.ofSeconds(2));
        assertThat(failure(0).kind()).isEqualTo(FailureKind.TASK_FAILED);
        assertThat(failure(0).message()).isEqualTo("not yet 7");
        assertThat(failure(0).attempt()).isEqualTo(2);
        assertThat(failure(0).node()).isEqualTo("a");
        assertThat(failure(0).arguments().toString()).isEqualTo("[7]");
    }

    @Test
    void failuresThatARetryIsNotMeantForAreNotTriedAgain() {
        node("a", World.SMALL, 10);
        Cluster client = world.client(1);
        RetryPolicy others = RetryPolicy.backoff(5, Duration.ofMillis(5))
                .onlyIf(failure -> failure.message().contains("something else"));
        run(client, Flux.just(1), "flaky", OPTIONS.withRetry(others));
        world.await(() -> outcomes.size() == 1, Duration.ofSeconds(2));
        assertThat(runs).containsEntry(1, 1);
    }

    @Test
    void anElementThatBacksOffWhenItsTimeIsOverSaysWhatFailedBefore() {
        node("a", World.SMALL, 10);
        Cluster client = world.client(1);
        RetryPolicy slow = RetryPolicy.backoff(5, Duration.ofSeconds(5)).withJitter(0);
        run(client, Flux.just(1), "flaky", OPTIONS.withRetry(slow).withTimeout(Duration.ofSeconds(1)));
        world.await(() -> outcomes.size() == 1, Duration.ofMillis(1_100));
        assertThat(failure(0).kind()).isEqualTo(FailureKind.TIMEOUT);
        assertThat(failure(0).message()).contains("after TASK_FAILED: not yet 1");
        world.advance(Duration.ofSeconds(20));
        assertThat(runs).containsEntry(1, 1);
    }

    @Test
    void jitterIsWithinItsBounds() {
        RetryPolicy policy = RetryPolicy.backoff(9, Duration.ofMillis(100)).withMaxBackoff(Duration.ofMillis(500));
        java.util.SplittableRandom random = new java.util.SplittableRandom(1);
        for (int retry = 1; retry <= 9; retry++) {
            long full = Math.min(500_000_000L, 100_000_000L << retry - 1);
            for (int i = 0; i < 100; i++) {
                assertThat(policy.pauseNanos(retry, random)).isBetween(full / 2, full);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aTaskThatIsLostWithItsNodesIsSentAsOftenAsItsAttemptsSay(int attempts) {
        Cluster client = world.client(0);
        run(client, Flux.just(1), "work", OPTIONS.withAttempts(attempts).withTimeout(Duration.ZERO));
        for (int i = 1; i <= attempts; i++) {
            int sent = i;
            node("n" + i, World.SMALL, 60_000);
            world.await(() -> begun.size() == sent, Duration.ofSeconds(20));
            assertThat(outcomes).isEmpty();
            world.network.vanish("n" + i);
        }
        world.await(() -> outcomes.size() == 1, Duration.ofSeconds(20));
        assertThat(failure(0).kind()).isEqualTo(FailureKind.NODE_LOST);
        assertThat(failure(0).attempt()).isEqualTo(attempts);
        assertThat(failure(0).message()).contains("in each of " + attempts + " attempts");
        node("another", World.SMALL, 10);
        world.advance(Duration.ofSeconds(5));
        assertThat(begun).hasSize(attempts);
    }

    // ---- at most once

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aTaskThatMustNotRepeatStartsOnceWhateverIsLost(long seed) throws Exception {
        world.close();
        world = new World(FaultPlan.seeded(seed)
                .withLoss(0.2)
                .withRepetition(0.2)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(60)));
        node("a", World.SMALL, 10);
        node("b", World.SMALL, 10);
        node("c", World.SMALL, 10);
        Cluster client = world.client(3);
        run(client, Flux.range(0, 150), "work", OPTIONS.withDelivery(Delivery.AT_MOST_ONCE));
        world.await(() -> outcomes.size() > 20, Duration.ofSeconds(60));
        world.network.vanish("a");
        world.network.divide("b", client.name());
        world.await(() -> outcomes.size() == 150, Duration.ofSeconds(60));
        assertThat(runs.values()).as("seed " + seed).containsOnly(1);
        assertThat(outcomes.stream().filter(TaskOutcome.Failure.class::isInstance))
                .isNotEmpty()
                .allSatisfy(each ->
                        assertThat(((TaskOutcome.Failure<?>) each).kind()).isEqualTo(FailureKind.OUTCOME_UNKNOWN));
    }

    @Test
    void whatRunsAtMostOnceIsNeitherRetriedNorHedged() {
        DispatchOptions once = OPTIONS.withDelivery(Delivery.AT_MOST_ONCE);
        assertThatThrownBy(() -> once.withHedging(Hedging.stragglers())).hasMessageContaining("at most once");
        assertThatThrownBy(() -> once.withRetry(RetryPolicy.backoff(1, Duration.ZERO)))
                .hasMessageContaining("at most once");
    }

    // ---- time

    @Test
    void anElementThatNoNodeBeganInTimeExpires() {
        node("a", ONE, 200);
        Cluster client = world.client(1);
        run(client, Flux.range(0, 4), "work", OPTIONS.withExpiry(Duration.ofMillis(250)));
        world.await(() -> outcomes.size() == 4, Duration.ofSeconds(2));
        assertThat(begun).containsExactly(0, 1, 3); // 2 was taken with them and waited; 3 was taken when 1 began
        assertThat(failure(2).kind()).isEqualTo(FailureKind.EXPIRED);
        assertThat(failure(2).message()).contains("250 ms");
    }

    @Test
    void whatExpiredInTheQueueOfANodeDoesNotBegin() {
        node("a", ONE, 400);
        Cluster client = world.client(1);
        run(client, Flux.range(0, 2), "work", OPTIONS.withExpiry(Duration.ofMillis(300)));
        world.await(() -> outcomes.size() == 2, Duration.ofSeconds(2));
        assertThat(begun).containsExactly(0);
        assertThat(failure(1).kind()).isEqualTo(FailureKind.EXPIRED);
        assertThat(failure(1).node()).isEqualTo("a");
    }

    @Test
    void aDelayIsWaitedForAtTheSourceAndHoldsNoCredit() {
        Node node = node("a", World.SMALL, 10);
        Cluster client = world.client(1);
        run(client, Flux.range(0, 20), "work", OPTIONS.withDelay(Duration.ofSeconds(5)));
        world.advance(Duration.ofMillis(4_900));
        assertThat(begun).isEmpty();
        assertThat(node.stats().unusedCredit()).isZero();
        assertThat(node.stats().queued()).isZero();
        world.await(() -> outcomes.size() == 20, Duration.ofSeconds(1));
        assertThat(values()).isEqualTo(range(20));
    }

    @Test
    void cancellingForgetsWhatIsDelayed() {
        node("a", World.SMALL, 10);
        Cluster client = world.client(1);
        Disposable running = run(client, Flux.range(0, 20), "work", OPTIONS.withDelay(Duration.ofSeconds(1)));
        world.advance(Duration.ofMillis(500));
        running.dispose();
        world.advance(Duration.ofSeconds(5));
        assertThat(begun).isEmpty();
        assertThat(client.stats().pending()).isZero();
    }

    @Test
    void aRateLimitHoldsForAllNodesAndStreamsTogether() {
        node("a", World.SMALL, 1);
        node("b", World.SMALL, 1);
        Cluster client = world.client(2);
        RateLimit rate = RateLimit.perSecond(100).withBurst(1);
        run(client, Flux.range(0, 1_000), "work", OPTIONS.withRate(rate));
        run(client, Flux.range(1_000, 1_000), "work", OPTIONS.withRate(rate));
        world.advance(Duration.ofSeconds(1));
        begunAt.clear();
        world.advance(Duration.ofSeconds(5));
        assertThat(begunAt.size()).isBetween(495, 501);
        assertThat(begun).anyMatch(x -> x < 1_000).anyMatch(x -> x >= 1_000);
        assertThat(client.stats().pending()).isLessThan(60);
    }

    // ---- shares

    @Test
    void aStreamOfAHigherPriorityGoesFirst() {
        node("a", ONE, 10);
        Cluster client = world.client(1);
        run(client, Flux.range(1_000, 1_000), "work", OPTIONS);
        world.await(() -> begun.size() > 10, Duration.ofSeconds(2));
        int before = begun.size();
        run(client, Flux.range(0, 50), "work", OPTIONS.withPriority(5));
        world.await(() -> begun.contains(49), Duration.ofSeconds(2));
        assertThat(begun.subList(before, begun.size()).stream().filter(x -> x >= 1_000))
                .hasSizeLessThanOrEqualTo(4); // what the node had already
    }

    @Test
    void streamsShareCreditByTheirWeights() {
        node("a", ONE, 10);
        Cluster client = world.client(1);
        run(client, Flux.range(0, 1_000), "work", OPTIONS.withWeight(3));
        run(client, Flux.range(1_000, 1_000), "work", OPTIONS);
        world.await(() -> begun.size() >= 400, Duration.ofSeconds(10));
        assertThat(begun.stream().filter(x -> x < 1_000).count()).isBetween(280L, 320L);
    }

    // ---- order

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void elementsOfAKeyRunOneAfterAnotherThoughFramesAreLostAndNodesLeave(long seed) throws Exception {
        world.close();
        world = new World(FaultPlan.seeded(seed)
                .withLoss(0.1)
                .withRepetition(0.1)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(30)));
        node("a", World.SMALL, 10);
        node("b", World.SMALL, 10);
        Cluster client = world.client(2);
        Router byKey = Router.byKeyInOrder(Integer.class, x -> x % 5);
        run(client, Flux.range(0, 200), "work", OPTIONS.withRouter(byKey).withOrdered(false));
        world.await(() -> outcomes.size() > 50, Duration.ofSeconds(60));
        node("c", World.SMALL, 10);
        world.await(() -> outcomes.size() == 200, Duration.ofSeconds(60));
        for (int key = 0; key < 5; key++) {
            int mine = key;
            assertThat(begun.stream().filter(x -> x % 5 == mine).distinct().toList())
                    .as("seed " + seed + ", key " + key)
                    .isSorted();
        }
    }

    @Test
    void aKeyThatIsSlowDoesNotHoldUpTheOthers() {
        node("a", World.SMALL, 100);
        Cluster client = world.client(1);
        Router byKey = Router.byKeyInOrder(Integer.class, x -> x % 10 == 0 ? x : "hot");
        run(client, Flux.range(0, 200), "work", OPTIONS.withRouter(byKey).withOrdered(false));
        world.advance(Duration.ofMillis(350));
        assertThat(begun.stream().filter(x -> x % 10 == 0).count()).isGreaterThanOrEqualTo(3);
    }

    /** Each works on two numbers at the same time, and then on a third one. */
    @Test
    void anElementOfAKeyIsSentWhenAllWorkOfTheOneBeforeIsDone() {
        node("a", World.SMALL, 10);
        Cluster client = world.client(1);
        Router byKey = Router.byKeyInOrder(Integer.class, x -> "one");
        Plan<Integer, Integer> steps = new Plan<>() {
            @Override
            public void begin(Integer x, Run run) {
                run.submit(work(x), (again, value) -> again.submit(work(x + 2), Run::succeed));
                run.submit(work(x + 1), (again, value) -> {});
            }

            @Override
            public Type resultType() {
                return Integer.class;
            }
        };
        client.dispatch(Flux.just(0, 3, 6, 9), steps, OPTIONS.withRouter(byKey)).subscribe(outcomes::add);
        world.await(() -> outcomes.size() == 4, Duration.ofSeconds(5));
        assertThat(values()).containsExactly(2, 5, 8, 11);
        assertThat(begun).isEqualTo(range(12));
        assertThat(client.stats().pending()).isZero();
    }

    private static Work work(int x) {
        return new Work.Call("work", List.of(x), Map.of());
    }

    @Test
    void theNextElementOfAKeyIsSentWhenTheTimeOfTheOneBeforeIsOver() {
        node("a", World.SMALL, 1_000);
        Cluster client = world.client(1);
        Router byKey = Router.byKeyInOrder(Integer.class, x -> "one");
        Flux<Integer> source = Flux.range(0, 3).delayElements(Duration.ofMillis(60), world.time);
        run(client, source, "work", OPTIONS.withRouter(byKey).withTimeout(Duration.ofMillis(100)));
        world.await(() -> outcomes.size() == 3, Duration.ofSeconds(5));
        for (int x = 0; x < 3; x++) {
            assertThat(failure(x).kind()).isEqualTo(FailureKind.TIMEOUT);
        }
        assertThat(begun).isEqualTo(range(3));
    }

    @Test
    void whatExpiredBehindAnEarlierElementOfItsKeyDoesNotBegin() {
        node("a", World.SMALL, 400);
        Cluster client = world.client(1);
        Router oneKey = Router.byKeyInOrder(Integer.class, x -> "hot");
        run(client, Flux.range(0, 3), "work", OPTIONS.withRouter(oneKey).withExpiry(Duration.ofMillis(300)));
        world.await(() -> outcomes.size() == 3, Duration.ofSeconds(1));
        world.advance(Duration.ofSeconds(2));
        assertThat(begun).containsExactly(0);
        assertThat(failure(1).kind()).isEqualTo(FailureKind.EXPIRED);
        assertThat(failure(2).kind()).isEqualTo(FailureKind.EXPIRED);
    }

    @Test
    void whatExpiredBehindAnEarlierElementOfItsKeyDoesNotHoldUpTheSource() {
        node("a", World.SMALL, 400);
        Cluster client = world.client(1);
        Router oneKey = Router.byKeyInOrder(Integer.class, x -> "hot");
        run(client, Flux.range(0, 200), "work", OPTIONS.withRouter(oneKey).withExpiry(Duration.ofMillis(300)));
        world.await(() -> outcomes.size() == 200, Duration.ofSeconds(20));
    }

    // ---- stragglers

    @Test
    void aLateTaskIsCopiedToAnotherNodeAndTheFirstSuccessCounts() {
        node("fast", World.SMALL, 10);
        node("slow", ONE, 60_000);
        Cluster client = world.client(2);
        run(client, Flux.range(0, 100), "work", OPTIONS.withHedging(Hedging.stragglers()));
        world.await(() -> outcomes.size() == 100, Duration.ofSeconds(5));
        assertThat(values()).isEqualTo(range(100));
        world.advance(Duration.ofMinutes(2));
        assertThat(outcomes).hasSize(100);
        assertThat(client.stats().inFlight()).isZero();
    }

    @Test
    void anElementGoesOnOnceThoughItsTaskIsNearlyDoneWhenItsCopySucceeds() {
        node("fast", World.SMALL, 10);
        node("slow", ONE, 500);
        Cluster client = world.client(2);
        Map<Integer, Integer> wentOn = new HashMap<>();
        List<Runnable> held = new ArrayList<>();
        Plan<Integer, Integer> steps = new Plan<>() {
            @Override
            public void begin(Integer x, Run run) {
                run.submit(work(x), (again, value) -> {
                    wentOn.merge(x, 1, Integer::sum);
                    if (runs.getOrDefault(x, 0) > 1) {
                        held.add(() ->
                                again.succeed(value)); // it is not at its end yet: nothing else withdraws the slow one
                    } else {
                        again.succeed(value);
                    }
                });
            }

            @Override
            public Type resultType() {
                return Integer.class;
            }
        };
        DispatchOptions hedged = OPTIONS.withOrdered(false).withHedging(new Hedging(0.5, Duration.ofMillis(1), 1));
        client.dispatch(Flux.range(0, 100), steps, hedged).subscribe(outcomes::add);
        world.await(() -> outcomes.size() + held.size() == 100, Duration.ofSeconds(5));
        world.advanceInSteps(Duration.ofSeconds(1));
        assertThat(held).as("begun by both nodes").isNotEmpty();
        assertThat(wentOn).hasSize(100).allSatisfy((x, times) -> assertThat(times)
                .isEqualTo(1));
        held.forEach(Runnable::run);
        world.await(() -> outcomes.size() == 100, Duration.ofSeconds(1));
        assertThat(values()).containsExactlyInAnyOrderElementsOf(range(100));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void ofATaskAndItsCopyTheOneThatFailsLeavesItToTheOther(int failing) {
        twice("fast", NodeOptions.DEFAULTS.withQueue(16).withWorkers(16), 10, failing);
        twice("slow", ONE, 200, failing);
        Cluster client = world.client(2);
        run(client, Flux.range(0, 100), "work", OPTIONS.withHedging(new Hedging(0.5, Duration.ofMillis(1), 1)));
        world.await(() -> outcomes.size() == 100, Duration.ofSeconds(5));
        assertThat(runs.values()).as("copied").anyMatch(times -> times > 1);
        assertThat(values()).isEqualTo(range(100));
    }

    /** Its work fails the first time, if that takes long, or the second time, which takes 400 ms unless it fails. */
    private void twice(String name, NodeOptions options, long workMillis, int failing) {
        world.node(
                name,
                options,
                TaskRegistry.builder()
                        .task("work", "x", Integer.class, x -> {
                            boolean first = runs.merge(x, 1, Integer::sum) == 1;
                            boolean fails = first ? failing == 1 && workMillis > 100 : failing == 2;
                            Duration takes = Duration.ofMillis(first || fails ? workMillis : 400);
                            return Mono.delay(takes, world.time).map(done -> {
                                if (fails) {
                                    throw new IllegalStateException("run " + runs.get(x) + " of " + x);
                                }
                                return x;
                            });
                        })
                        .build());
    }

    /** All that the slow node has is late, and the fast one has room for it: the budget is all that holds copies back. */
    @ParameterizedTest
    @CsvSource({"0.01, 5, 6", "0.1, 50, 60", "1, 100, 500"})
    void copiesStayWithinTheirBudget(double budget, int least, int most) {
        node("fast", NodeOptions.DEFAULTS.withQueue(16).withWorkers(16), 10);
        node("slow", NodeOptions.DEFAULTS.withQueue(16).withWorkers(16), 40);
        Cluster client = world.client(2);
        Hedging early = new Hedging(0.01, Duration.ofMillis(1), budget);
        run(client, Flux.range(0, 500), "work", OPTIONS.withWindow(8).withHedging(early));
        world.await(() -> outcomes.size() == 500, Duration.ofSeconds(60));
        assertThat(begun.size() - 500).isBetween(least, most);
    }
}
