package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.DrainReport;
import io.broccoli.node.Node;
import io.broccoli.route.Router;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Streams over a cluster in virtual time. */
class DispatchTest {

    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();

    private static List<Integer> values(List<TaskOutcome<Integer>> outcomes) {
        return outcomes.stream()
                .map(outcome -> ((TaskOutcome.Success<Integer>) outcome).value())
                .toList();
    }

    private static List<Integer> range(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void givesOneOutcomeForEachElementInTheOrderOfTheSource() throws Exception {
        try (World world = new World()) {
            world.node("a");
            world.node("b");
            Cluster client = world.client(2);
            client.dispatch(Flux.range(0, 500), Calls.doubling(), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 500, Duration.ofSeconds(5));
            assertThat(values(outcomes))
                    .isEqualTo(range(500).stream().map(x -> 2 * x).toList());
        }
    }

    @Test
    void givesOutcomesAsTheyComeWhenOrderDoesNotMatter() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            client.dispatch(
                            Flux.range(0, 20),
                            new Calls<Integer, Integer>("add", x -> List.of(x, 0), Integer.class),
                            DispatchOptions.DEFAULTS.withOrdered(false).withWindow(4))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 20, Duration.ofSeconds(5));
            assertThat(new HashSet<>(values(outcomes))).hasSize(20);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void endsEachElementOnceThoughFramesAreLostRepeatedAndReordered(long seed) throws Exception {
        FaultPlan faults = FaultPlan.seeded(seed)
                .withLoss(0.2)
                .withRepetition(0.2)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(80));
        try (World world = new World(faults)) {
            world.node("a");
            world.node("b");
            world.node("c");
            Cluster client = world.client(3);
            client.dispatch(Flux.range(0, 200), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 200, Duration.ofSeconds(50));
            assertThat(values(outcomes)).isEqualTo(range(200));
            assertThat(client.stats().tasksResent()).as("what was lost").isPositive();
        }
    }

    @Test
    void whatWaitsForTheNodeOfItsKeyGoesToAnotherWhenThatLeaves() throws Exception {
        try (World world = new World()) {
            Node first = world.node("a");
            world.node("b");
            Cluster client = world.client(2);
            Router byKey = Router.byKey(Integer.class, x -> x % 10);
            client.dispatch(
                            Flux.range(0, 200),
                            Calls.of("slow"),
                            DispatchOptions.DEFAULTS.withRouter(byKey).withOrdered(false))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() >= 20, Duration.ofSeconds(5));
            first.close();
            world.await(() -> outcomes.size() == 200, Duration.ofSeconds(5));
            assertThat(values(outcomes)).containsExactlyInAnyOrderElementsOf(range(200));
        }
    }

    @Test
    void theFirstElementTakesThreeRoundTripsAndTheNextOnesTwo() throws Exception {
        try (World world = new World(FaultPlan.NONE.withDelay(Duration.ofMillis(50)))) {
            world.node("a");
            Cluster client = world.client(1);
            for (int i = 1; i <= 3; i++) {
                int count = i;
                client.dispatch(Flux.just(i), Calls.doubling(), DispatchOptions.DEFAULTS)
                        .subscribe(outcomes::add);
                world.await(() -> outcomes.size() == count, Duration.ofMillis(i == 1 ? 310 : 210));
            }
        }
    }

    @Test
    void aMemberKnowsThatANodeHasNoPlaceFreeAndWhenItHasSomeAgain() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            assertThat(client.nodes().get(0).free()).isEqualTo(8);
            Disposable running = client.dispatch(Flux.range(0, 50), Calls.of("never"), DispatchOptions.DEFAULTS)
                    .subscribe();
            world.advance(Duration.ofSeconds(1));
            assertThat(client.nodes().get(0).free()).isZero();
            running.dispose();
            world.advance(Duration.ofSeconds(5));
            assertThat(client.nodes().get(0).free()).isPositive();
        }
    }

    @Test
    void workOfANodeThatVanishesIsDoneByAnother() throws Exception {
        try (World world = new World()) {
            world.node("a");
            world.node("b");
            Cluster client = world.client(2);
            client.dispatch(Flux.range(0, 300), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 50, Duration.ofSeconds(5));
            world.network.vanish("a");
            world.await(() -> outcomes.size() == 300, Duration.ofSeconds(10));
            assertThat(values(outcomes)).isEqualTo(range(300));
        }
    }

    @Test
    void workOfANodeThatIsSilentIsDoneByAnotherWithinItsLease() throws Exception {
        try (World world = new World()) {
            world.node("a");
            world.node("b");
            Cluster client = world.client(2);
            client.dispatch(Flux.range(0, 300), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 50, Duration.ofSeconds(5));
            world.network.divide("a", client.name());
            world.await(() -> outcomes.size() == 300, Duration.ofSeconds(12));
            assertThat(values(outcomes)).isEqualTo(range(300));
        }
    }

    @Test
    void workThatADrainingNodeHandsBackIsDoneByAnother() throws Exception {
        try (World world = new World()) {
            Node leaving = world.node("a");
            world.node("b");
            Cluster client = world.client(2);
            client.dispatch(Flux.range(0, 300), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 50, Duration.ofSeconds(5));
            int before = world.started;
            List<DrainReport> drained = new ArrayList<>();
            long done = leaving.stats().succeeded();
            leaving.drain(Duration.ofSeconds(5)).subscribe(drained::add);
            world.await(() -> outcomes.size() == 300, Duration.ofSeconds(10));
            assertThat(values(outcomes)).isEqualTo(range(300));
            assertThat(drained).singleElement().satisfies(report -> {
                assertThat(report.finished())
                        .isPositive()
                        .isEqualTo(leaving.stats().succeeded() - done);
                assertThat(report.returned()).isPositive();
                assertThat(report.stillRunning()).isZero();
            });
            assertThat(world.started).isGreaterThan(before).isEqualTo(300); // nothing ran twice
        }
    }

    @Test
    void aNodeThatComesBackUnderItsNameIsUsedAgain() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            client.dispatch(Flux.range(0, 200), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 50, Duration.ofSeconds(5));
            world.network.vanish("a");
            world.advance(Duration.ofSeconds(2));
            world.node("a");
            world.await(() -> outcomes.size() == 200, Duration.ofSeconds(20));
            assertThat(values(outcomes)).isEqualTo(range(200));
        }
    }

    @Test
    void aNodeWhoseConnectionBreaksComesBackAndNothingIsMixedUp() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            client.dispatch(Flux.range(0, 400), Calls.of("slow"), DispatchOptions.DEFAULTS.withAttempts(50))
                    .subscribe(outcomes::add);
            for (int i = 1; i <= 5; i++) {
                int some = 40 * i;
                world.await(() -> outcomes.size() > some, Duration.ofSeconds(20));
                world.network.cut("a");
                world.advance(Duration.ofMillis(100L * i * i));
                world.network.restore("a");
            }
            world.await(() -> outcomes.size() == 400, Duration.ofSeconds(40));
            assertThat(values(outcomes)).isEqualTo(range(400));
        }
    }

    @Test
    void theBrokersReturnIsEnoughToGoOn() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            client.dispatch(Flux.range(0, 200), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 50, Duration.ofSeconds(5));
            world.network.stopBroker();
            world.advance(Duration.ofSeconds(3));
            world.network.startBroker();
            world.await(() -> outcomes.size() == 200, Duration.ofSeconds(10));
            assertThat(values(outcomes)).isEqualTo(range(200));
        }
    }

    @Test
    void cancellingVoidsWhatIsQueuedAndLeavesNothingBehind() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            var subscription = client.dispatch(Flux.range(0, 1000), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 20, Duration.ofSeconds(5));
            subscription.dispose();
            world.advance(Duration.ofMillis(10));
            int started = world.started;
            world.advance(Duration.ofSeconds(30));
            assertThat(world.started).isEqualTo(started);
            assertThat(node.stats().queued() + node.stats().running()).isZero();
            assertThat(node.stats().unusedCredit()).isZero();
            assertThat(client.stats().inFlight() + client.stats().pending()).isZero();
        }
    }

    @Test
    void nothingIsSentWhenNothingIsToBeSaid() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            client.dispatch(Flux.range(0, 50), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 50, Duration.ofSeconds(5));
            world.advance(Duration.ofSeconds(3));
            long sent = client.stats().framesSent() + node.cluster().stats().framesSent();
            world.advance(Duration.ofMinutes(5));
            assertThat(client.stats().framesSent() + node.cluster().stats().framesSent())
                    .isEqualTo(sent);
            assertThat(node.stats().links()).isZero();
        }
    }

    @Test
    void aRouterSendsToANodeToALabelOrByKey() throws Exception {
        try (World world = new World()) {
            Node a = world.node(
                    "a", World.SMALL.withSite(new io.broccoli.frame.Site(Map.of("room", "lab"), null, null)));
            Node b = world.node("b");
            Cluster client = world.client(2);
            DispatchOptions options = DispatchOptions.DEFAULTS;
            client.dispatch(Flux.range(0, 30), Calls.doubling(), options.withRouter(Router.toNode("b")))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 30, Duration.ofSeconds(5));
            assertThat(b.stats().succeeded()).isEqualTo(30);
            client.dispatch(Flux.range(0, 20), Calls.doubling(), options.withRouter(Router.label("room", "lab")))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 50, Duration.ofSeconds(5));
            assertThat(a.stats().succeeded()).isEqualTo(20);
            client.dispatch(
                            Flux.range(0, 40),
                            Calls.doubling(),
                            options.withRouter(Router.byKey(Integer.class, x -> x % 2)))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 90, Duration.ofSeconds(5));
            assertThat(a.stats().succeeded() % 20).isZero(); // each key went to one node, whichever
        }
    }

    /** Whichever of them would be asked first. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void aTaskDoesNotWaitForABusyNodeWhereAnotherIsFree(String busy) throws Exception {
        try (World world = new World()) {
            world.node("a");
            world.node("b");
            Cluster client = world.client(2);
            client.dispatch(
                            Flux.range(0, 100),
                            Calls.<Integer>of("never"),
                            DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO).withRouter(Router.toNode(busy)))
                    .subscribe(outcome -> {}, failed -> {});
            world.advance(Duration.ofSeconds(1));
            client.dispatch(Mono.just(7), Calls.<Integer>of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.advance(Duration.ofMillis(100));
            assertThat(outcomes).containsExactly(new TaskOutcome.Success<>(7));
        }
    }

    @Test
    void streamsOfAMemberShareItsCredit() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            List<TaskOutcome<Integer>> others = new ArrayList<>();
            client.dispatch(Flux.range(0, 10_000), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 100, Duration.ofSeconds(5));
            client.dispatch(Flux.range(0, 100), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(others::add);
            int before = outcomes.size();
            world.await(() -> others.size() == 100, Duration.ofSeconds(10));
            assertThat(outcomes.size() - before).isBetween(50, 250);
        }
    }
}
