package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.RateLimit;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.cluster.StreamInfo;
import io.broccoli.cluster.Waits;
import io.broccoli.cluster.Waits.Reason;
import io.broccoli.node.NodeOptions;
import io.broccoli.route.Router;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is told of a stream is what holds it back, at nearly every moment at which somebody looks. */
class WaitsTest {

    private static final DispatchOptions UNORDERED =
            DispatchOptions.DEFAULTS.withOrdered(false).withTimeout(Duration.ZERO);

    private World world = new World();

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    private static Flux<Integer> endless() {
        return Flux.generate(() -> 0, (n, sink) -> {
            sink.next(n);
            return n + 1;
        });
    }

    private static void run(Cluster client, Publisher<Integer> source, String task, DispatchOptions options) {
        client.dispatch(source, Calls.<Integer>of(task), options).subscribe(outcome -> {}, failed -> {});
    }

    private static StreamInfo only(Cluster client) {
        List<StreamInfo> streams = new ArrayList<>();
        client.streams().subscribe(streams::addAll);
        assertThat(streams).hasSize(1);
        return streams.get(0);
    }

    /** Looks a hundred times within 1.3 s; whoever looks once sees what holds it back. */
    private Waits waits(Cluster client, Reason expected) {
        world.advanceInSteps(Duration.ofMillis(1500));
        Map<Reason, Integer> seen = new EnumMap<>(Reason.class);
        Waits last = null;
        for (int i = 0; i < 100; i++) {
            world.advanceInSteps(Duration.ofMillis(13));
            Waits waits = only(client).waits();
            seen.merge(waits.reason(), 1, Integer::sum);
            last = waits.reason() == expected ? waits : last;
        }
        assertThat(seen.getOrDefault(expected, 0)).as("%s", seen).isGreaterThanOrEqualTo(95);
        return Objects.requireNonNull(last);
    }

    @Test
    void aSlowNode() {
        world.node("fast", World.SMALL.withWorkers(64).withQueue(64));
        world.node("shed", NodeOptions.DEFAULTS.withQueue(4).withWorkers(1));
        Cluster client = world.client(2);
        run(client, endless(), "slow", UNORDERED);
        Waits waits = waits(client, Reason.CREDIT);
        assertThat(waits.node()).isEqualTo("shed");
        assertThat(waits.why())
                .matches("2 of 2 nodes are full; the slowest is shed \\(\\d+ ms from sending a task to its outcome\\)");
    }

    @Test
    void aSlowSubscriber() {
        world.node("a");
        Cluster client = world.client(1);
        client.dispatch(endless(), Calls.<Integer>of("slow"), UNORDERED.withWindow(8))
                .publishOn(world.time, 1)
                .concatMap(outcome -> Mono.delay(Duration.ofMillis(400), world.time), 1)
                .subscribe();
        Waits waits = waits(client, Reason.SUBSCRIBER);
        assertThat(waits.why()).contains("the subscriber asks for none");
        assertThat(only(client).demand()).isZero();
        assertThat(only(client).ended()).isEqualTo(8);
    }

    @Test
    void aFarNode() throws Exception {
        world.close();
        world = new World(FaultPlan.NONE.withDelay(Duration.ofMillis(100)));
        world.node("far", World.SMALL.withWorkers(32).withQueue(64));
        Cluster client = world.client(1);
        run(client, endless(), "slow", UNORDERED.withWindow(4));
        Waits waits = waits(client, Reason.WINDOW);
        assertThat(waits.node()).isEqualTo("far");
        assertThat(waits.why()).contains("the window of 4 is full: 4 tasks are at nodes, which could take more");
    }

    @Test
    void aSmallWindow() {
        world.node("a", World.SMALL.withWorkers(16).withQueue(32));
        Cluster client = world.client(1);
        run(client, endless(), "slow", UNORDERED.withWindow(4));
        Waits waits = waits(client, Reason.WINDOW);
        assertThat(waits.why()).isEqualTo("the window of 4 is full: 4 tasks are at nodes, which could take more");
        assertThat(waits.node()).isEqualTo("a");
    }

    @Test
    void anElementThatOthersWaitFor() {
        TaskRegistry tasks = TaskRegistry.builder()
                .task("wait", "millis", Integer.class, millis -> Mono.delay(Duration.ofMillis(millis), world.time)
                        .thenReturn(millis))
                .build();
        world.node("a", World.SMALL.withWorkers(16).withQueue(32), tasks);
        Cluster client = world.client(1);
        Flux<Integer> firstIsSlow =
                Flux.concat(Mono.just(3_600_000), Flux.just(10).repeat());
        run(client, firstIsSlow, "wait", UNORDERED.withOrdered(true).withWindow(8));
        Waits waits = waits(client, Reason.WINDOW);
        assertThat(waits.node()).isEqualTo("a");
        assertThat(waits.why())
                .matches("the window of 8 is full: 7 outcomes wait for an earlier element; "
                        + "the oldest has been at node a for \\d+ ms");
    }

    @Test
    void aHotKey() {
        world.node("a", World.SMALL.withWorkers(16).withQueue(32));
        Cluster client = world.client(1);
        run(client, endless(), "slow", UNORDERED.withRouter(Router.byKeyInOrder(Integer.class, x -> "hot")));
        Waits waits = waits(client, Reason.KEY);
        assertThat(waits.node()).isEqualTo("a");
        assertThat(waits.why())
                .matches("\\d+ tasks wait for earlier elements of their keys; "
                        + "the oldest has been at node a for \\d+ ms");
    }

    @Test
    void aNodeThatStalls() {
        world.node("a");
        Cluster client = world.client(1);
        world.network.divide("a", client.name());
        run(client, endless(), "slow", UNORDERED);
        world.advance(Duration.ofSeconds(15));
        Waits waits = waits(client, Reason.STALLED);
        assertThat(waits.node()).isEqualTo("a");
        assertThat(waits.why()).contains("node a takes nothing though it says so: was asked for room");
    }

    @Test
    void noNode() {
        world.node("a");
        Cluster client = world.client(1);
        run(client, endless(), "slow", UNORDERED.withRouter(Router.toNode("b")));
        assertThat(waits(client, Reason.NO_NODE).why()).isEqualTo("no node that may be used is there");
    }

    @Test
    void aRateLimit() {
        world.node("a", World.SMALL.withWorkers(16).withQueue(32));
        Cluster client = world.client(1);
        run(client, endless(), "slow", UNORDERED.withRate(RateLimit.of(10, Duration.ofSeconds(1))));
        assertThat(waits(client, Reason.RATE).why()).startsWith("the rate limit lets no more through: ");
    }

    @Test
    void aSlowSource() {
        world.node("a", World.SMALL.withWorkers(16).withQueue(32));
        Cluster client = world.client(1);
        Flux<Integer> ticks = Flux.interval(Duration.ofMillis(100), world.time)
                .onBackpressureDrop()
                .map(Long::intValue);
        run(client, ticks, "slow", UNORDERED);
        assertThat(waits(client, Reason.SOURCE).why()).startsWith("the source was asked for ");
    }

    @Test
    void aFeedWhoseNodeHasNoSample() {
        Flux<Long> samples = Flux.interval(Duration.ofMillis(200), world.time);
        world.node("a", World.SMALL, FeedScene.tasks().source("slow", samples).build());
        Cluster client = world.client(1);
        client.feed("slow", Long.class).subscribe();
        assertThat(waits(client, Reason.SOURCE).why()).isEqualTo("1 node has no sample to give");
    }

    @Test
    void aFeedThatNobodyReads() {
        world.node(
                "a",
                World.SMALL,
                FeedScene.tasks().source("count", Flux.range(0, 100_000)).build());
        Cluster client = world.client(1);
        client.feed("count", Integer.class).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(10);
            }
        });
        assertThat(waits(client, Reason.SUBSCRIBER).why()).contains("the subscriber asks for none");
    }

    @Test
    void aFeedThatNobodyOffers() {
        world.node("a");
        Cluster client = world.client(1);
        client.feed("nothing").subscribe();
        assertThat(waits(client, Reason.NO_NODE).why()).isEqualTo("no node that offers it is there");
    }

    @Test
    void theLastTasks() {
        world.node("a");
        Cluster client = world.client(1);
        run(client, Flux.range(0, 2), "never", UNORDERED.withWindow(2)); // full, and that does not matter any more
        Waits waits = waits(client, Reason.NODES);
        assertThat(waits.node()).isEqualTo("a");
        assertThat(waits.why())
                .matches("the source has ended, and 2 tasks are at nodes; the oldest has been at node a for \\d+ ms");
    }

    @Test
    void thePauseBeforeAnotherAttempt() {
        world.node("a");
        Cluster client = world.client(1);
        RetryPolicy hourly = RetryPolicy.backoff(3, Duration.ofHours(1)).withMaxBackoff(Duration.ofHours(1));
        client.dispatch(
                        Mono.just(1),
                        new Calls<Integer, Integer>("fail", x -> List.of("no"), Integer.class),
                        UNORDERED.withRetry(hourly))
                .subscribe();
        assertThat(waits(client, Reason.PAUSE).why()).contains("the next one is due later");
    }

    @Test
    void aStreamThatEndedIsNotTold() {
        world.node("a");
        Cluster client = world.client(1);
        List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
        client.dispatch(Flux.range(0, 3), Calls.<Integer>of("slow"), UNORDERED).subscribe(outcomes::add);
        world.advance(Duration.ofSeconds(1));
        assertThat(outcomes).hasSize(3);
        List<StreamInfo> streams = new ArrayList<>();
        client.streams().subscribe(streams::addAll);
        assertThat(streams).isEmpty();
    }
}
