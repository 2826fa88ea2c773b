package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Nodes that are slow, or far away, get what they can do, and no more waits with them than keeps them busy. */
class SpeedsTest {

    private final AtomicInteger done = new AtomicInteger();

    private static Node node(World world, String name, int queue, Duration service) {
        TaskRegistry tasks = TaskRegistry.builder()
                .task("work", "x", Integer.class, x -> Mono.delay(service, world.time)
                        .thenReturn(x))
                .build();
        return world.node(name, NodeOptions.DEFAULTS.withQueue(queue).withWorkers(1), tasks);
    }

    private void start(Cluster client, Flux<Integer> source, DispatchOptions options) {
        client.dispatch(source, Calls.of("work"), options).subscribe(outcome -> {
            assertThat(outcome).isInstanceOf(TaskOutcome.Success.class);
            done.incrementAndGet();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 63, 1023})
    void aSlowNodeDelaysAStreamByOneOfItsTasksOnly(int queue) throws Exception {
        try (World world = new World()) {
            Node slow = node(world, "slow", queue, Duration.ofMillis(500));
            for (int i = 0; i < 3; i++) {
                node(world, "fast" + i, queue, Duration.ofMillis(10));
            }
            Cluster client = world.client(4);
            long began = world.time.now(TimeUnit.MILLISECONDS);
            start(client, Flux.range(0, 600), DispatchOptions.DEFAULTS);
            world.await(() -> done.get() == 600, Duration.ofMinutes(10));
            long took = world.time.now(TimeUnit.MILLISECONDS) - began;
            double ideal = 600 / (3 * 100 + 2.0) * 1000;
            assertThat((double) took).isLessThan(1.2 * ideal + 500);
            assertThat(slow.stats().maxHeld()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 63, 1023})
    void nodesOfMixedSpeedAreBusyTogether(int queue) throws Exception {
        try (World world = new World()) {
            int[] rates = {400, 100, 20, 5};
            for (int i = 0; i < 16; i++) {
                node(world, "n" + i, queue, Duration.ofNanos(1_000_000_000L / rates[i % 4]));
            }
            Cluster client = world.client(16);
            start(client, Flux.range(0, Integer.MAX_VALUE), DispatchOptions.DEFAULTS.withOrdered(false));
            world.advance(Duration.ofSeconds(5));
            int before = done.get();
            world.advance(Duration.ofSeconds(10));
            double rate = (done.get() - before) / 10.0;
            assertThat(rate).isGreaterThan(0.95 * 4 * (400 + 100 + 20 + 5));
        }
    }

    @Test
    void aNodeThatBecomesSlowerHoldsLess() throws Exception {
        try (World world = new World()) {
            AtomicInteger millis = new AtomicInteger(2);
            TaskRegistry tasks = TaskRegistry.builder()
                    .task("work", "x", Integer.class, x -> Mono.delay(Duration.ofMillis(millis.get()), world.time)
                            .thenReturn(x))
                    .build();
            Node node = world.node("a", NodeOptions.DEFAULTS.withWorkers(1), tasks);
            Cluster client = world.client(1);
            start(client, Flux.range(0, Integer.MAX_VALUE), DispatchOptions.DEFAULTS);
            world.advance(Duration.ofSeconds(5));
            assertThat(node.stats().queued()).isBetween(10, 30);
            millis.set(200);
            world.advance(Duration.ofSeconds(30));
            assertThat(node.stats().queued()).isLessThanOrEqualTo(2);
            millis.set(2);
            world.advance(Duration.ofSeconds(5));
            assertThat(node.stats().queued()).isBetween(10, 30);
        }
    }

    @Test
    void aNodeIsNotTakenForFastBecauseTheClockOfItsProducerStoodStill() throws Exception {
        try (World world = new World()) {
            AtomicInteger millis = new AtomicInteger(2);
            TaskRegistry tasks = TaskRegistry.builder()
                    .task("work", "x", Integer.class, x -> Mono.delay(Duration.ofMillis(millis.get()), world.time)
                            .thenReturn(x))
                    .build();
            Node node = world.node("a", NodeOptions.DEFAULTS.withWorkers(1), tasks);
            AtomicBoolean still = new AtomicBoolean();
            long[] shown = {0};
            Cluster client = world.connect("client", () -> {
                shown[0] = still.get() ? shown[0] : world.time.now(TimeUnit.NANOSECONDS);
                return shown[0];
            });
            world.await(() -> World.active(client) == 1, Duration.ofSeconds(5));
            still.set(true);
            start(client, Flux.range(0, 20), DispatchOptions.DEFAULTS);
            world.advance(Duration.ofMillis(200));
            assertThat(done).hasValue(20);
            still.set(false);
            millis.set(200);
            start(client, Flux.range(0, Integer.MAX_VALUE), DispatchOptions.DEFAULTS);
            world.advance(Duration.ofSeconds(30));
            assertThat(node.stats().queued()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aNodeThatMovesAwayIsAsBusyAsBefore() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", 1023, Duration.ofMillis(10));
            Cluster client = world.client(1);
            start(client, Flux.range(0, Integer.MAX_VALUE), DispatchOptions.DEFAULTS);
            world.advance(Duration.ofSeconds(20));
            world.network.distance("a", Duration.ofMillis(100));
            world.advance(Duration.ofSeconds(20));
            long before = node.stats().succeeded();
            world.advance(Duration.ofSeconds(10));
            assertThat(node.stats().succeeded() - before).isGreaterThan(950);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 63, 1023})
    void aNodeFarAwayIsAsBusyAsOneNextDoor(int queue) throws Exception {
        try (World world = new World()) {
            world.network.distance("far", Duration.ofMillis(100));
            Node far = node(world, "far", queue, Duration.ofMillis(10));
            Node near = node(world, "near", queue, Duration.ofMillis(10));
            Cluster client = world.client(2);
            start(client, Flux.range(0, Integer.MAX_VALUE), DispatchOptions.DEFAULTS.withOrdered(false));
            world.advance(Duration.ofSeconds(5));
            long farBefore = far.stats().succeeded();
            long nearBefore = near.stats().succeeded();
            world.advance(Duration.ofSeconds(10));
            double farRate = (far.stats().succeeded() - farBefore) / 10.0;
            double nearRate = (near.stats().succeeded() - nearBefore) / 10.0;
            assertThat(nearRate).isGreaterThan(95);
            double most = Math.min(100, (queue + 1) / (0.202 + 0.01));
            assertThat(farRate).isGreaterThan(0.95 * most);
            // No more waits than keeps them busy: 50 ms of work, a quarter of what is on the way, one for each worker.
            assertThat(far.stats().maxHeld()).isLessThanOrEqualTo(13);
            assertThat(near.stats().maxHeld()).isLessThanOrEqualTo(7);
        }
    }

    /** The ancestor's word count: 94 words, three boards with a queue of 8, 400 ms to each of them. It took 27.9 s. */
    @Test
    void farNodesAreBusyAfterFewRoundTrips() throws Exception {
        try (World world = new World()) {
            for (String board : List.of("a", "b", "c")) {
                world.network.distance(board, Duration.ofMillis(400));
                node(world, board, 8, Duration.ofMillis(5));
            }
            Cluster client = world.client(3);
            start(client, Flux.range(0, 94), DispatchOptions.DEFAULTS);
            world.await(() -> done.get() == 94, Duration.ofSeconds(6));
        }
    }
}
