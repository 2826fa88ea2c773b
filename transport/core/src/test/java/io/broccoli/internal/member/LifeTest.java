package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeState;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.node.DrainReport;
import io.broccoli.node.Node;
import io.broccoli.node.NodeStats;
import io.broccoli.route.Router;
import io.broccoli.spi.Transport;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Members join, leave, crash and come back while others work. */
class LifeTest {

    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();

    private static List<Integer> values(List<TaskOutcome<Integer>> outcomes) {
        return outcomes.stream()
                .map(outcome -> ((TaskOutcome.Success<Integer>) outcome).value())
                .toList();
    }

    private static List<Integer> range(int from, int count) {
        return IntStream.range(from, from + count).boxed().toList();
    }

    private void dispatch(Cluster client, String task, Flux<Integer> elements) {
        client.dispatch(elements, Calls.of(task), DispatchOptions.DEFAULTS).subscribe(outcomes::add, failed -> {});
    }

    private static void assertEmpty(Node node) {
        NodeStats stats = node.stats();
        assertThat(stats.queued() + stats.running() + stats.parked()).isZero();
        assertThat(stats.unusedCredit()).isZero();
        assertThat(stats.links()).isZero();
    }

    /** A producer that never says what it does not want to: polls, so that it has credit, or is refused. */
    private static Frame.Poll poll(long producerEpoch, long linkEpoch, long ctl) {
        return new Frame.Poll(producerEpoch, linkEpoch, ctl, 4, new long[0], List.of(), 65_536, 0, 1);
    }

    private static Frame.Grant openLink(World world, Stranger producer, long epoch) {
        producer.send("a", poll(epoch, 0, 1));
        world.advance(Duration.ofMillis(5));
        producer.send("a", poll(epoch, producer.last(Frame.Grant.class).linkEpoch(), 2));
        world.advance(Duration.ofMillis(5));
        return producer.last(Frame.Grant.class);
    }

    @Test
    void whoeverWaitsForANodeAsksForItBecauseABrokerCanLoseAnAnnouncement() throws Exception {
        try (World world = new World()) {
            world.node("a");
            world.node("b");
            Cluster client = world.client(2);
            ((Member) client).inbox().presence("a", new byte[0]); // as if it had never come
            List<Integer> known = new ArrayList<>();
            client.awaitNodes(2, Duration.ofSeconds(30)).subscribe(nodes -> known.add(nodes.size()));
            world.advance(Attendance.HELLO_AGAIN.dividedBy(2));
            assertThat(World.active(client)).isOne();
            world.advance(Attendance.HELLO_AGAIN);
            assertThat(known).containsExactly(2);

            long asked = world.network.stats().hellos();
            world.advance(Attendance.HELLO_AGAIN.multipliedBy(3)); // nobody waits any more
            assertThat(world.network.stats().hellos()).isEqualTo(asked);
        }
    }

    /** A broker that keeps no presences says nothing of a node that joined while the member was away. */
    @Test
    void whoeverIsBackAsksWhoIsThereUnlessTheBrokerTellsIt() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            world.advance(Attendance.HELLO_AGAIN); // the first node was alone, and asked
            Transport.Receiver inbox = ((Member) client).inbox();
            long asked = world.network.stats().hellos();
            inbox.disconnected(new IllegalStateException("a test wanted this"));
            world.node("b");
            world.await(() -> World.active(client) == 2, Attendance.HELLO_AGAIN);
            inbox.presence("b", new byte[0]); // as if it had never come
            inbox.connected();
            world.await(() -> World.active(client) == 1, Attendance.HELLO_AGAIN);
            world.await(() -> World.active(client) == 2, Attendance.HELLO_AGAIN);
            assertThat(world.network.stats().hellos()).isEqualTo(asked + 1);

            inbox.disconnected(new IllegalStateException("a test wanted this"));
            inbox.connected();
            world.node("c"); // announces itself
            world.advance(Attendance.HELLO_AGAIN);
            assertThat(World.active(client)).isEqualTo(3);
            assertThat(world.network.stats().hellos()).isEqualTo(asked + 1);
        }
    }

    @Test
    void aNodeThatJoinsHasWorkWithinTwoSeconds() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            dispatch(client, "slow", Flux.range(0, 100_000));
            world.await(() -> outcomes.size() > 100, Duration.ofSeconds(5));
            Node joining = world.node("b");
            world.await(() -> joining.stats().succeeded() > 0, Duration.ofSeconds(2));
            long before = outcomes.size();
            world.advance(Duration.ofSeconds(1));
            assertThat(outcomes.size() - before).isGreaterThan(300); // twice what one node does
        }
    }

    @Test
    void aNodeThatLeavesInTheMiddleOfAStreamLosesNothing() throws Exception {
        try (World world = new World()) {
            Node leaving = world.node("a");
            world.node("b");
            Cluster client = world.client(2);
            dispatch(client, "slow", Flux.range(0, 300));
            world.await(() -> outcomes.size() > 50, Duration.ofSeconds(5));
            leaving.close();
            world.await(() -> outcomes.size() == 300, Duration.ofSeconds(5));
            assertThat(values(outcomes)).isEqualTo(range(0, 300));
            assertThat(client.nodes()).singleElement().satisfies(node -> assertThat(node.name())
                    .isEqualTo("b"));
        }
    }

    @Test
    void aDrainThatTakesTooLongReportsWhatStillRuns() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            dispatch(world.client(1), "never", Flux.range(0, 8));
            world.advance(Duration.ofSeconds(2));
            List<DrainReport> reports = new ArrayList<>();
            node.drain(Duration.ofSeconds(3)).subscribe(reports::add);
            world.advance(Duration.ofSeconds(4));
            assertThat(reports).containsExactly(new DrainReport(0, 2, 2));
            assertThat(node.stats().running()).isZero(); // they were told to stop, and can be
        }
    }

    @Test
    void whatADrainDoesNotWaitForGoesOnElsewhere() throws Exception {
        try (World world = new World()) {
            TaskRegistry ends = TaskRegistry.builder()
                    .task("never", "x", Integer.class, x -> x)
                    .build();
            Node node = world.node("a");
            dispatch(world.client(1), "never", Flux.range(0, 2));
            world.advance(Duration.ofSeconds(1));
            world.node("b", World.SMALL, ends);
            world.advance(Duration.ofSeconds(1));
            assertThat(outcomes).isEmpty();
            node.drain(Duration.ofSeconds(1)).subscribe();
            world.advance(Duration.ofSeconds(2));
            assertThat(values(outcomes)).isEqualTo(range(0, 2));
        }
    }

    @Test
    void aClientThatClosesFreesItsQueueAndCreditAtOnce() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            dispatch(client, "never", Flux.range(0, 100));
            world.advance(Duration.ofSeconds(2));
            assertThat(node.stats().running()).isEqualTo(2);
            assertThat(node.stats().queued()).isEqualTo(2);
            client.close();
            world.advance(Duration.ofMillis(5)); // a lease would be 8 s
            assertEmpty(node);
        }
    }

    @Test
    void aNodeThatLivesForTwoYearsBeginsANewLifeAndServesOn() throws Exception {
        try (World world = new World();
                Stranger first = new Stranger(world, "x")) {
            long[] later = {0};
            ClusterOptions options =
                    world.options("a").withTime(world.time, () -> world.time.now(TimeUnit.NANOSECONDS) + later[0]);
            Node node = new MemberFactory().start(options, World.SMALL.withWorkerScheduler(world.time), world.tasks());
            world.members.add(node);
            world.advance(Duration.ofSeconds(1));
            openLink(world, first, 10);
            long bootEpoch = node.cluster().nodes().get(0).bootEpoch();
            later[0] = TimeUnit.DAYS.toNanos(3 * 365);
            world.advance(Duration.ofSeconds(2));
            assertThat(node.cluster().nodes().get(0).bootEpoch()).isEqualTo(bootEpoch + 1);
            dispatch(world.client(1), "slow", Flux.range(0, 10));
            world.await(() -> outcomes.size() == 10, Duration.ofSeconds(5));
            assertThat(values(outcomes)).isEqualTo(range(0, 10));
        }
    }

    @Test
    void aGoodByeOfAFormerLifeIsIgnored() throws Exception {
        try (World world = new World();
                Stranger producer = new Stranger(world, "x")) {
            Node node = world.node("a");
            world.advance(Duration.ofSeconds(1));
            Frame.Grant grant = openLink(world, producer, 10);
            assertThat(node.stats().unusedCredit()).isEqualTo(4);
            producer.send("a", new Frame.Bye(9));
            world.advance(Duration.ofMillis(5));
            assertThat(node.stats().unusedCredit()).isEqualTo(4);
            producer.send("a", new Frame.Bye(10));
            world.advance(Duration.ofMillis(5));
            assertEmpty(node);
            producer.send("a", poll(10, grant.linkEpoch(), 3)); // late: it was sent before, and gets nothing for it
            world.advance(Duration.ofMillis(5));
            assertThat(node.stats().unusedCredit()).isZero();
        }
    }

    @Test
    void whatACrashedClientHeldIsFreeAfterItsLease() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            dispatch(client, "never", Flux.range(0, 6));
            world.advance(Duration.ofSeconds(2));
            assertThat(node.stats().queued() + node.stats().running()).isEqualTo(4);
            world.network.vanish(client.name());
            world.advance(Duration.ofSeconds(10));
            assertThat(node.stats().queued()).isZero();
            assertThat(node.stats().links()).isZero();
            assertThat(node.stats().unusedCredit()).isZero();
            assertThat(node.stats().running()).isEqualTo(2); // what runs runs on
        }
    }

    @Test
    void aNodeThatIsUpButDoesNotAnswerIsStalledUntilItDoes() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Node other = world.node("b");
            Cluster client = world.client(2);
            List<String> events = new ArrayList<>();
            client.events().subscribe(event -> {
                if (event instanceof ClusterEvent.NodeChanged change && change.before() != null) {
                    events.add(change.node().name() + " " + change.node().state());
                }
            });
            world.network.divide(client.name(), "a"); // its announcements come through
            dispatch(client, "slow", Flux.range(0, 3_000)); // 15 s for one node
            world.await(() -> World.active(client) == 1, Duration.ofSeconds(10));
            assertThat(events).containsExactly("a STALLED");
            List<Throwable> errors = new ArrayList<>();
            client.awaitNodes(2, Duration.ofSeconds(1)).subscribe(nodes -> {}, errors::add);
            world.await(() -> !errors.isEmpty(), Duration.ofSeconds(2));
            assertThat(errors).singleElement().satisfies(error -> assertThat(error)
                    .hasMessageContaining("a STALLED"));
            assertThat(other.stats().succeeded()).isGreaterThan(1_700); // it did all alone
            world.network.heal(client.name(), "a");
            world.await(() -> World.active(client) == 2, Duration.ofSeconds(2));
            assertThat(events).containsExactly("a STALLED", "a ACTIVE");
            world.await(() -> outcomes.size() == 3_000, Duration.ofSeconds(10));
            assertThat(other.stats().succeeded()).isLessThan(2_800);
        }
    }

    @Test
    void theOnlyNodeIsFoundAgainWhenALongPartitionEnds() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            dispatch(client, "slow", Flux.range(0, 200));
            world.await(() -> outcomes.size() > 20, Duration.ofSeconds(5));
            world.network.divide(client.name(), "a");
            world.network.divide("a", client.name());
            world.advance(Duration.ofSeconds(30));
            assertThat(World.active(client)).isZero();
            world.network.heal(client.name(), "a");
            world.network.heal("a", client.name());
            world.await(() -> outcomes.size() == 200, Duration.ofSeconds(5));
            assertThat(values(outcomes)).isEqualTo(range(0, 200));
        }
    }

    @Test
    void aNodeThatStalledIsAskedWhenThereIsWorkAgain() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            world.network.divide(client.name(), "a");
            DispatchOptions patient = DispatchOptions.DEFAULTS.withTimeout(Duration.ofSeconds(12));
            client.dispatch(Flux.just(1), Calls.<Integer>of("slow"), patient).subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 1, Duration.ofSeconds(15));
            world.advance(Duration.ofSeconds(60));
            world.network.heal(client.name(), "a");
            outcomes.clear();
            dispatch(client, "slow", Flux.range(0, 10));
            world.await(() -> outcomes.size() == 10, Duration.ofSeconds(5));
            assertThat(values(outcomes)).isEqualTo(range(0, 10));
        }
    }

    @Test
    void whatAStalledNodeAnnouncesDoesNotMakeItActive() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            world.network.divide(client.name(), "a");
            client.dispatch(
                            Flux.just(1),
                            Calls.<Integer>of("slow"),
                            DispatchOptions.DEFAULTS.withTimeout(Duration.ofSeconds(20)))
                    .subscribe(outcomes::add);
            world.await(() -> World.active(client) == 0, Duration.ofSeconds(10));
            world.network.cut(client.name()); // what the broker keeps of the node is told again
            world.network.restore(client.name());
            world.advance(Duration.ofSeconds(1));
            assertThat(client.nodes()).singleElement().satisfies(a -> assertThat(a.state())
                    .isEqualTo(NodeState.STALLED));
            world.await(() -> !outcomes.isEmpty(), Duration.ofSeconds(20));
            assertThat(((TaskOutcome.Failure<Integer>) outcomes.get(0)).message())
                    .contains("a STALLED");
            assertThat(node.stats().succeeded()).isZero();
        }
    }

    @Test
    void aStalledNodeIsAskedOnWhereATaskCanGoToNoOther() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            client.dispatch(
                            Flux.just(1).delaySequence(Duration.ofSeconds(1), world.time),
                            Calls.<Integer>of("slow"),
                            DispatchOptions.DEFAULTS
                                    .withRouter(Router.toNode("a"))
                                    .withTimeout(Duration.ZERO))
                    .subscribe(outcomes::add);
            dispatch(client, "never", Flux.just(1));
            world.advance(Duration.ofMillis(500)); // the link has an epoch, and is given up later
            world.network.divide(client.name(), "a");
            world.advance(Duration.ofSeconds(30));
            assertThat(World.active(client)).isZero();
            world.network.heal(client.name(), "a");
            world.await(() -> outcomes.size() == 1, Duration.ofSeconds(3));
        }
    }

    @Test
    void tasksInFlightAreToldWithWhatIsKnownOfThem() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            List<TaskInFlight> now = new ArrayList<>();
            Runnable look = () -> {
                now.clear();
                client.inFlight().subscribe(now::addAll);
            };
            client.dispatch(Flux.range(0, 20), Calls.<Integer>of("never"), DispatchOptions.DEFAULTS.withName("waits"))
                    .subscribe(outcomes::add);
            look.run();
            assertThat(now)
                    .containsExactly(
                            new TaskInFlight("waits", "never", TaskInFlight.State.WAITING, "", 1, Duration.ZERO));
            world.await(() -> client.stats().inFlight() > 0, Duration.ofSeconds(1));
            look.run();
            assertThat(now.get(0).state()).isEqualTo(TaskInFlight.State.SENT);
            assertThat(now.get(0).node()).isEqualTo("a");
            world.advance(Duration.ofSeconds(3));
            look.run();
            assertThat(now).hasSize(5); // two for each worker, and the one that may wait without
            assertThat(now.subList(0, 4)).allSatisfy(task -> {
                assertThat(task.state()).isEqualTo(TaskInFlight.State.SEEN);
                assertThat(task.node()).isEqualTo("a");
                assertThat(task.age()).isBetween(Duration.ofMillis(2900), Duration.ofMillis(3100));
            });
            assertThat(now.get(4).state()).isEqualTo(TaskInFlight.State.WAITING);
        }
    }

    @Test
    void aTaskThatMayNotHaveArrivedIsUnknownAndNotQueued() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            dispatch(client, "slow", Flux.range(0, 8));
            world.await(() -> outcomes.size() == 8, Duration.ofSeconds(1));
            List<TaskInFlight> now = new ArrayList<>();
            client.dispatch(
                            Flux.just(1, 2).concatWith(Flux.never()),
                            Calls.<Integer>of("slow"),
                            DispatchOptions.DEFAULTS)
                    .subscribe();
            world.await(() -> client.stats().inFlight() > 0, Duration.ofSeconds(1));
            world.network.divide("a", client.name()); // tasks arrive, answers do not
            world.advance(Duration.ofSeconds(3));
            client.inFlight().subscribe(now::addAll);
            assertThat(now).isNotEmpty();
            assertThat(now).filteredOn(task -> task.node().equals("a")).allSatisfy(task -> assertThat(task.state())
                    .isEqualTo(TaskInFlight.State.UNKNOWN));
            world.advance(Duration.ofSeconds(8));
            now.clear();
            client.inFlight().subscribe(now::addAll);
            assertThat(now).allSatisfy(task -> {
                assertThat(task.state()).isEqualTo(TaskInFlight.State.WAITING);
                assertThat(task.attempt()).isBetween(1, 2);
            });
        }
    }

    @Test
    void aClientThatComesBackIsNotTakenForItsFormerSelf() throws Exception {
        try (World world = new World()) {
            world.node("a");
            List<TaskOutcome<Integer>> former = new ArrayList<>();
            Cluster first = Cluster.connect(world.options("c"));
            first.dispatch(Flux.range(0, 1000), Calls.<Integer>of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(former::add);
            world.await(() -> former.size() > 20, Duration.ofSeconds(5));
            world.network.vanish("c");
            try (Cluster second = Cluster.connect(world.options("c"))) {
                int delivered = former.size();
                dispatch(second, "slow", Flux.range(5000, 100));
                world.await(() -> outcomes.size() == 100, Duration.ofSeconds(15));
                assertThat(values(outcomes)).isEqualTo(range(5000, 100));
                assertThat(former).hasSize(delivered);
            }
            first.close();
        }
    }

    @Test
    void resultsOfAFormerLifeAreNotDelivered() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            world.advance(Duration.ofSeconds(1));
            int slow = node.cluster().nodes().get(0).functions().stream()
                    .filter(function -> function.name().equals("slow"))
                    .findFirst()
                    .orElseThrow()
                    .number();
            Stranger former = new Stranger(world, "c");
            Frame.Grant grant = openLink(world, former, 10); // any real epoch is newer
            Body call = new Body.Call(slow, List.of(77), Map.of(), Body.Headers.NONE);
            Payload body = new MessagePackPayloadCodec().encodeBody(call);
            former.send("a", new Frame.Tasks(10, grant.linkEpoch(), 3, 0, 1, 1, List.of(body, body, body)));
            world.advance(Duration.ofMillis(3));
            assertThat(node.stats().running()).isEqualTo(2);
            world.network.vanish("c");
            try (Cluster second = Cluster.connect(world.options("c"))) {
                dispatch(second, "slow", Flux.range(0, 10));
                world.await(() -> outcomes.size() == 10, Duration.ofSeconds(3));
                assertThat(values(outcomes)).isEqualTo(range(0, 10));
                former.send("a", new Frame.Bye(10)); // nor does its good-bye, should it be late
                world.advance(Duration.ofMillis(20));
                dispatch(second, "slow", Flux.range(10, 10));
                world.await(() -> outcomes.size() == 20, Duration.ofSeconds(3));
                assertThat(values(outcomes)).isEqualTo(range(0, 20));
            }
            former.close();
        }
    }
}
