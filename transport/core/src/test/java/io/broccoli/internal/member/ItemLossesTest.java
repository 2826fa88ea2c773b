package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Item streams whose frames are lost, and whose nodes are lost, drained or closed in the middle. */
class ItemLossesTest extends ItemStreams {

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
            Ending run = run(client, Flux.just(150, 3, 0, 77, 150), Several.of("range"), OPTIONS.withAttempts(100));
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
            Ending run = run(client, Flux.just(200, 200), Several.of("ticks"), OPTIONS);
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
            Ending run = run(client, Flux.just(900), Several.of("ticks"), OPTIONS.withAttempts(50));
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
            Ending run = run(client, Flux.just(200, 5), Several.of("once"), OPTIONS);
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
            Ending run = run(client, Flux.just(30), Several.of("once"), OPTIONS);
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
            Ending run = run(client, Flux.just(1), Several.of("shrinking"), OPTIONS);
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
    void aDrainingNodeHandsReplayableStreamsOnAndFinishesOthers() throws Exception {
        try (World world = new World()) {
            Node leaving = node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(200), Several.of("ticks"), OPTIONS);
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

    /** It finds a place each time, and fails there: what it waited before that does not count. */
    @Test
    void elementsThatRanAheadMakeRoomOnlyWhereTheOldestWaitedForASecond() throws Exception {
        try (World world = new World()) {
            List<Long> begins = new ArrayList<>(); // of the oldest, in milliseconds
            TaskRegistry tasks = TaskRegistry.builder()
                    .task("range", "n", Integer.class, n -> {
                        if (n == 0) {
                            begins.add(world.time.now(TimeUnit.MILLISECONDS));
                            throw new IllegalStateException("no " + n);
                        }
                        return observed(Flux.range(0, n));
                    })
                    .build();
            world.node("a", NodeOptions.DEFAULTS.withQueue(0).withWorkers(2), tasks);
            Cluster client = world.client(1);
            Duration pause = Duration.ofMillis(100);
            DispatchOptions options = OPTIONS.withItems(2)
                    .withTimeout(Duration.ZERO)
                    .withRetry(
                            RetryPolicy.backoff(3, pause).withMaxBackoff(pause).withJitter(0));
            Ending run = run(client, Flux.just(0, 20, 20, 20, 20, 20), Several.of("range"), options);
            world.await(() -> run.completed, LONG);
            assertThat(failure(0).message()).isEqualTo("no 0");
            assertThat(values(1)).hasSize(100);
            assertThat(begins).hasSize(4);
            for (int i = 1; i < begins.size(); i++) {
                assertThat(begins.get(i) - begins.get(i - 1))
                        .as("from one begin to the next: it paused, waited, and an element gave up its place, "
                                + begins)
                        .isBetween(1_100L, 2_200L);
            }
            assertThat(started).as("5, and 3 of them anew").isEqualTo(8);
        }
    }

    @Test
    void aStreamThatRunsAtMostOnceIsNotReplayed() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(200), Several.of("ticks"), OPTIONS.withDelivery(Delivery.AT_MOST_ONCE));
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
            Ending run = run(client, Flux.just(50), Several.of("flaky"), retrying);
            world.await(() -> run.completed, LONG);
            assertThat(values()).isEqualTo(range(50));
            assertThat(started).isEqualTo(3);
            outcomes.clear();
            started = 0;
            Ending other = run(client, Flux.just(50), Several.of("broken"), retrying);
            world.await(() -> other.completed, LONG);
            assertThat(started).as("it is not replayable").isEqualTo(1);
            assertThat(failure(50).message()).isEqualTo("broken after 50");
        }
    }
}
