package io.broccoli.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Hedging;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.cluster.Run;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Parameter;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tasks that answer with several values, over whole members in virtual time. */
class ItemsTest {

    private static final DispatchOptions OPTIONS = DispatchOptions.DEFAULTS;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
    private long requested; // of all publishers at nodes
    private int started;
    private int disposed;

    /** One task for each element, which may give several values. */
    private record Several(List<String> tasks) implements Plan<Integer, Integer> {

        static Several of(String... tasks) {
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
    private TaskRegistry tasks(World world) {
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

    private Flux<Integer> ticks(World world, int n) {
        return Flux.range(0, n)
                .concatMap(i -> Mono.delay(Duration.ofMillis(10), world.time).thenReturn(i), 1);
    }

    private Flux<Integer> observed(Flux<Integer> flux) {
        started++;
        return flux.doOnRequest(n -> requested += n).doOnCancel(() -> disposed++);
    }

    private Node node(World world, String name) {
        return node(world, name, World.SMALL);
    }

    private Node node(World world, String name, NodeOptions options) {
        return world.node(name, options, tasks(world));
    }

    private static List<Integer> range(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private List<Integer> values() {
        return values(0);
    }

    private List<Integer> values(int from) {
        List<TaskOutcome<Integer>> some = outcomes.subList(from, outcomes.size());
        assertThat(some).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(TaskOutcome.Success.class));
        return some.stream()
                .map(outcome -> ((TaskOutcome.Success<Integer>) outcome).value())
                .toList();
    }

    private TaskOutcome.Failure<Integer> failure(int place) {
        return (TaskOutcome.Failure<Integer>) outcomes.get(place);
    }

    /** A stream that counts as completed when it ends. */
    private final class Run1 {
        boolean completed;
    }

    private Run1 run(Cluster client, Flux<Integer> source, Plan<Integer, Integer> plan, DispatchOptions options) {
        Run1 run = new Run1();
        client.dispatch(source, plan, options)
                .doOnComplete(() -> run.completed = true)
                .subscribe(outcomes::add);
        return run;
    }

    private static void assertEmpty(World world, Cluster client, Node... nodes) {
        world.advance(Duration.ofSeconds(40));
        for (Node node : nodes) {
            assertThat(node.stats().queued() + node.stats().running()).isZero();
            assertThat(node.stats().unusedCredit()).isZero();
            assertThat(node.stats().links()).isZero();
        }
        assertThat(client.stats().inFlight() + client.stats().pending()).isZero();
    }

    @Test
    void eachValueIsAnOutcomeInOrder() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(100), Several.of("range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values()).isEqualTo(range(100));
            assertEmpty(world, client, node);
        }
    }

    @Test
    void valuesOfAnElementComeBeforeThoseOfTheNext() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            node(world, "b");
            Cluster client = world.client(2);
            Run1 run = run(client, Flux.range(0, 40), Several.of("range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values())
                    .isEqualTo(Flux.range(0, 40)
                            .flatMapSequential(n -> Flux.range(0, n))
                            .collectList()
                            .block());
        }
    }

    @Test
    void valuesComeAsTheyAreThereWhenOrderDoesNotMatter() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(60, 50, 1), Several.of("ticks"), OPTIONS.withOrdered(false));
            world.await(() -> run.completed, LONG);
            Map<Integer, Integer> counts = new HashMap<>();
            values().forEach(value -> counts.merge(value, 1, Integer::sum));
            assertThat(values()).hasSize(111);
            assertThat(counts.get(0)).isEqualTo(3);
            assertThat(counts.get(49)).isEqualTo(2);
            assertThat(values().indexOf(59)).as("two at a time").isGreaterThan(100);
        }
    }

    @Test
    void anEmptyStreamGivesNothing() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(0, 2, 0, 1, 0), Several.of("range"), OPTIONS);
            world.await(() -> run.completed, Duration.ofSeconds(1));
            assertThat(values()).containsExactly(0, 1, 0);
            assertEmpty(world, client, node);
        }
    }

    @Test
    void aTaskThatGivesOneValueGivesOneItem() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(7, 8), Several.of("next"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values()).containsExactly(8, 9);
        }
    }

    @Test
    void theLastStepOfARowMayGiveSeveral() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(1, 2), Several.of("next", "next", "range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values()).containsExactly(0, 1, 2, 0, 1, 2, 3);
        }
    }

    @Test
    void severalValuesWhereOneIsAskedForAreAFailureThatSaysWhatToUse() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(3), Calls.of("range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(failure(0).message())
                    .isEqualTo("range gives several values, and one is asked for: use flatMap or stream");
            Run1 middle = run(client, Flux.just(3), Several.of("next", "range", "next"), OPTIONS);
            world.await(() -> middle.completed, LONG);
            assertThat(failure(1).message())
                    .isEqualTo("range gives several values, which a step of a chain that is not the last cannot");
            assertThat(failure(1).step()).isEqualTo(2);
            assertThat(requested).as("nothing was subscribed").isZero();
        }
    }

    @Test
    void anErrorComesBehindTheValuesBeforeIt() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(70, 0, 2), Several.of("broken"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(outcomes).hasSize(75);
            assertThat(failure(70).message()).isEqualTo("broken after 70");
            assertThat(failure(70).kind()).isEqualTo(FailureKind.TASK_FAILED);
            assertThat(failure(70).node()).isEqualTo("a");
            assertThat(failure(71).message()).isEqualTo("broken after 0");
            assertThat(failure(74).message()).isEqualTo("broken after 2");
            assertEmpty(world, client, node);
        }
    }

    @Test
    void aValueThatIsTooLargeEndsTheStreamBehindThoseBeforeIt() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(20_000_000), Several.of("large"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(outcomes.get(0)).isEqualTo(new TaskOutcome.Success<>(20_000_000));
            assertThat(failure(1).kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(failure(1).message()).startsWith("Item 2 takes 20000005 bytes, at most ");
            assertThat(outcomes).hasSize(2);
        }
    }

    @Test
    void aValueOfAnotherTypeEndsItsElementAndTheRestGoesOn() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(5, 6), Several.of("large"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(outcomes).hasSize(4);
            assertThat(failure(1).kind()).isEqualTo(FailureKind.CONVERSION);
            assertThat(failure(3).kind()).isEqualTo(FailureKind.CONVERSION);
            assertEmpty(world, client, node);
        }
    }

    @Test
    void aHundredThousandValuesGoThroughOneStream() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(100_000), Several.of("range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values()).isEqualTo(range(100_000));
            assertThat(client.stats().framesReceived()).isLessThan(100_000 / 4);
            assertEmpty(world, client, node);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 32, 1024})
    void aSlowSubscriberStopsThePublisherWithinTheItemWindow(int items) throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            List<TaskOutcome<Integer>> received = outcomes;
            BaseSubscriber<TaskOutcome<Integer>> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(3);
                }

                @Override
                protected void hookOnNext(TaskOutcome<Integer> outcome) {
                    received.add(outcome);
                }
            };
            client.dispatch(Flux.just(1), Several.of("endless"), OPTIONS.withItems(items))
                    .doOnNext(outcome -> assertThat(requested).isLessThanOrEqualTo(received.size() + items))
                    .subscribe(subscriber);
            world.await(() -> received.size() == 3, LONG);
            world.advance(Duration.ofMinutes(10));
            assertThat(received).as("longer than the time-out").hasSize(3);
            assertThat(requested).isBetween(3L + items / 2, 3L + items);
            for (int i = 1; i < 20; i++) {
                int many = 3 + 20 * i;
                subscriber.request(20);
                world.await(() -> received.size() == many, LONG);
                assertThat(requested).isLessThanOrEqualTo(many + items);
            }
            assertThat(values()).isEqualTo(range(383));
            subscriber.cancel();
            world.advance(Duration.ofMillis(10));
            assertThat(disposed).isEqualTo(1);
            assertEmpty(world, client, node);
        }
    }

    @Test
    void elementsBehindWorkAheadWithinTheirOwnItemWindow() throws Exception {
        try (World world = new World()) {
            node(world, "a", World.SMALL.withWorkers(8).withQueue(8));
            Cluster client = world.client(1);
            int window = 4;
            int items = 5;
            BaseSubscriber<TaskOutcome<Integer>> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(1);
                }

                @Override
                protected void hookOnNext(TaskOutcome<Integer> outcome) {
                    outcomes.add(outcome);
                }
            };
            client.dispatch(
                            Flux.range(0, 100),
                            Several.of("endless"),
                            OPTIONS.withWindow(window).withItems(items))
                    .subscribe(subscriber);
            world.await(() -> outcomes.size() == 1, LONG);
            world.advance(Duration.ofSeconds(30));
            assertThat(started).isEqualTo(window);
            assertThat(requested).isBetween((long) window * items, window * items + 1L);
            subscriber.cancel();
            world.advance(Duration.ofMillis(10));
            assertThat(disposed).isEqualTo(window);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingIsLostOrRepeatedThoughFramesAre(long seed) throws Exception {
        FaultPlan faults = FaultPlan.seeded(seed)
                .withLoss(0.3)
                .withRepetition(0.3)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(80));
        try (World world = new World(faults)) {
            Node a = node(world, "a");
            Node b = node(world, "b");
            Cluster client = world.client(2);
            Run1 run = run(client, Flux.just(150, 3, 0, 77, 150), Several.of("range"), OPTIONS.withAttempts(100));
            world.await(() -> run.completed, Duration.ofMinutes(10));
            assertThat(values())
                    .as("seed " + seed)
                    .isEqualTo(Flux.just(150, 3, 0, 77, 150)
                            .concatMap(n -> Flux.range(0, n))
                            .collectList()
                            .block());
            world.advance(Duration.ofSeconds(60));
            assertEmpty(world, client, a, b);
        }
    }

    @Test
    void aReplayableStreamGoesOnAtAnotherNodeWithoutGapOrRepetition() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(200, 200), Several.of("ticks"), OPTIONS);
            world.await(() -> outcomes.size() > 60, LONG);
            node(world, "b");
            world.network.vanish("a");
            world.await(() -> run.completed, LONG);
            assertThat(values())
                    .isEqualTo(Flux.just(200, 200)
                            .concatMap(n -> Flux.range(0, n))
                            .collectList()
                            .block());
            assertThat(started).isEqualTo(4);
        }
    }

    @Test
    void aReplayableStreamOutlivesManyLosses() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            node(world, "b");
            Cluster client = world.client(2);
            Run1 run = run(client, Flux.just(900), Several.of("ticks"), OPTIONS.withAttempts(50));
            for (int i = 1; i <= 6; i++) {
                int some = 120 * i;
                world.await(() -> outcomes.size() > some, LONG);
                String node = i % 2 == 0 ? "a" : "b";
                world.network.cut(node);
                world.advance(Duration.ofMillis(300L * i));
                world.network.restore(node);
            }
            world.await(() -> run.completed, LONG);
            assertThat(values()).isEqualTo(range(900));
        }
    }

    @Test
    void anyOtherStreamThatIsCutOffEndsWithAPartialResult() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(200, 5), Several.of("once"), OPTIONS);
            world.await(() -> outcomes.size() == 60, LONG);
            node(world, "b");
            world.network.vanish("a");
            world.await(() -> run.completed, LONG);
            int received = outcomes.size() - 6;
            assertThat(received).isGreaterThanOrEqualTo(60);
            assertThat(failure(received).kind()).isEqualTo(FailureKind.PARTIAL_RESULT);
            assertThat(failure(received).message())
                    .isEqualTo("The stream was cut off: " + received
                            + " items were received from node a in attempt 1, and it is not replayable");
            assertThat(failure(received).node()).isEqualTo("a");
            assertThat(values(received + 1)).isEqualTo(range(5));
        }
    }

    @Test
    void aStreamOfWhichNothingWasReceivedBeginsAnewInAnyCase() throws Exception {
        try (World world = new World(FaultPlan.NONE.withDelay(Duration.ofMillis(20)))) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(30), Several.of("once"), OPTIONS);
            world.await(() -> started == 1, LONG);
            world.network.vanish("a");
            node(world, "b");
            world.await(() -> run.completed, LONG);
            assertThat(values()).isEqualTo(range(30));
        }
    }

    @Test
    void aReplayThatHasAnotherLengthIsAPartialResult() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(1), Several.of("shrinking"), OPTIONS);
            world.await(() -> outcomes.size() == 10, LONG);
            world.network.vanish("a");
            node(world, "b");
            world.await(() -> run.completed, LONG);
            TaskOutcome.Failure<Integer> last = failure(outcomes.size() - 1);
            assertThat(last.kind()).isEqualTo(FailureKind.PARTIAL_RESULT);
            assertThat(last.message()).contains("another length");
        }
    }

    @Test
    void cancellingDisposesThePublisherAndLeavesNothingBehind() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            var subscription = client.dispatch(Flux.range(0, 100), Several.of("endless"), OPTIONS.withOrdered(false))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 500, LONG);
            subscription.dispose();
            world.advance(Duration.ofMillis(10));
            assertThat(disposed).isEqualTo(started).isEqualTo(2);
            assertEmpty(world, client, node);
            assertThat(started).isEqualTo(2);
        }
    }

    @Test
    void thePublisherOfAProducerThatFellSilentIsDisposed() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            run(client, Flux.just(1), Several.of("endless"), OPTIONS);
            world.await(() -> outcomes.size() > 100, LONG);
            world.network.divide("a", client.name());
            world.advance(Duration.ofSeconds(12));
            assertThat(disposed).isEqualTo(1);
            assertThat(node.stats().running()).isZero();
        }
    }

    @Test
    void aDrainingNodeHandsReplayableStreamsOnAndFinishesOthers() throws Exception {
        try (World world = new World()) {
            Node leaving = node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(200), Several.of("ticks"), OPTIONS);
            world.await(() -> outcomes.size() == 50, LONG);
            List<TaskOutcome<Integer>> others = new ArrayList<>();
            client.dispatch(Flux.just(100), Several.of("once"), OPTIONS).subscribe(others::add);
            world.await(() -> others.size() == 10, LONG);
            node(world, "b");
            List<String> drained = new ArrayList<>();
            leaving.drain(Duration.ofSeconds(5))
                    .subscribe(nothing -> {}, failed -> drained.add(failed.toString()), () -> drained.add("done"));
            world.await(() -> run.completed && !drained.isEmpty(), LONG);
            assertThat(values()).isEqualTo(range(200));
            assertThat(drained).containsExactly("done");
            assertThat(others).hasSize(100);
            assertThat(disposed).isEqualTo(1);
        }
    }

    @Test
    void aNodeThatClosesDisposesItsPublishers() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            run(client, Flux.just(1), Several.of("endless"), OPTIONS);
            world.await(() -> outcomes.size() > 100, LONG);
            node.close();
            world.advance(Duration.ofMillis(100));
            assertThat(disposed).isEqualTo(1);
        }
    }

    @Test
    void manyStreamsShareNodesAndLinks() throws Exception {
        try (World world = new World()) {
            Node a = node(world, "a");
            Node b = node(world, "b");
            Cluster client = world.client(2);
            List<Run1> runs = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                runs.add(run(client, Flux.just(40, 2, 40), Several.of("ticks"), OPTIONS));
            }
            world.await(() -> runs.stream().allMatch(run -> run.completed), LONG);
            assertThat(values()).hasSize(30 * 82);
            assertEmpty(world, client, a, b);
        }
    }

    /** They hold all places of the node that is left, and wait to be read, behind the one that needs a place. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void elementsThatRanAheadMakeRoomForTheOldest(String lost) throws Exception {
        try (World world = new World()) {
            node(world, "a");
            node(world, "b");
            Cluster client = world.client(2);
            DispatchOptions options = OPTIONS.withItems(4).withWindow(16).withTimeout(Duration.ZERO);
            BaseSubscriber<TaskOutcome<Integer>> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {}

                @Override
                protected void hookOnNext(TaskOutcome<Integer> outcome) {
                    outcomes.add(outcome);
                }
            };
            List<Integer> source = java.util.Collections.nCopies(40, 20);
            client.dispatch(Flux.fromIterable(source), Several.of("range"), options)
                    .subscribe(subscriber);
            world.advance(Duration.ofSeconds(60));
            assertThat(started).as("all places are taken").isEqualTo(8);
            world.network.vanish(lost);
            world.advance(Duration.ofSeconds(5));
            subscriber.request(Long.MAX_VALUE);
            world.await(() -> outcomes.size() == 800, LONG);
            assertThat(values())
                    .isEqualTo(Flux.fromIterable(source)
                            .concatMap(n -> Flux.range(0, n))
                            .collectList()
                            .block());
        }
    }

    @Test
    void aStreamThatRunsAtMostOnceIsNotReplayed() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Run1 run = run(client, Flux.just(200), Several.of("ticks"), OPTIONS.withDelivery(Delivery.AT_MOST_ONCE));
            world.await(() -> outcomes.size() == 60, LONG);
            node(world, "b");
            world.network.vanish("a");
            world.await(() -> run.completed, LONG);
            TaskOutcome.Failure<Integer> last = failure(outcomes.size() - 1);
            assertThat(last.kind()).isEqualTo(FailureKind.PARTIAL_RESULT);
            assertThat(last.message()).contains("it is not run again");
            assertThat(started).isEqualTo(1);
        }
    }

    @Test
    void aReplayableStreamThatFailsIsTriedAgainBehindWhatWasReceived() throws Exception {
        try (World world = new World()) {
            node(world, "a", World.SMALL);
            Cluster client = world.client(1);
            DispatchOptions retrying = OPTIONS.withRetry(RetryPolicy.backoff(3, Duration.ofMillis(100)));
            Run1 run = run(client, Flux.just(50), Several.of("flaky"), retrying);
            world.await(() -> run.completed, LONG);
            assertThat(values()).isEqualTo(range(50));
            assertThat(started).isEqualTo(3);
            outcomes.clear();
            started = 0;
            Run1 other = run(client, Flux.just(50), Several.of("broken"), retrying);
            world.await(() -> other.completed, LONG);
            assertThat(started).as("it is not replayable").isEqualTo(1);
            assertThat(failure(50).message()).isEqualTo("broken after 50");
        }
    }

    @Test
    void aStreamIsNotHedged() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            node(world, "b");
            Cluster client = world.client(2);
            Plan<Integer, Integer> mixed = new Plan<>() {
                @Override
                public void begin(Integer element, Run run) {
                    Several.of(element < 0 ? "next" : "ticks").begin(element, run);
                }

                @Override
                public Type resultType() {
                    return Integer.class;
                }
            };
            Hedging hedging = Hedging.stragglers().withBudget(1);
            Flux<Integer> source = Flux.range(-100, 100).concatWith(Flux.just(100, 100, 100));
            Run1 run = run(client, source, mixed, OPTIONS.withHedging(hedging));
            world.await(() -> run.completed, LONG);
            assertThat(values()).hasSize(400);
            assertThat(started).isEqualTo(3);
        }
    }

    @Test
    void theTimeOutCountsFromOneValueToTheNext() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Run1 lasting = run(client, Flux.just(300), Several.of("ticks"), OPTIONS.withTimeout(Duration.ofSeconds(1)));
            world.await(() -> lasting.completed, LONG);
            assertThat(values()).isEqualTo(range(300));
            outcomes.clear();
            Run1 stuck = run(client, Flux.just(20), Several.of("silent"), OPTIONS.withTimeout(Duration.ofSeconds(1)));
            world.await(() -> stuck.completed, Duration.ofSeconds(2));
            assertThat(outcomes).hasSize(21);
            assertThat(failure(20).kind()).isEqualTo(FailureKind.TIMEOUT);
            assertEmpty(world, client, node);
        }
    }
}
