package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.network.Relay;
import io.broccoli.node.Node;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Members of networks that have nothing in common meet through a relay. */
class RelayTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final FaultPlan NEAR = FaultPlan.NONE.withDelay(Duration.ofMillis(1));

    private final World world = new World();
    private final MemoryNetwork boards = new MemoryNetwork(world.time, NEAR);
    private final MemoryNetwork servers = new MemoryNetwork(world.time, NEAR);
    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();

    private ClusterOptions options(String member, MemoryNetwork on) {
        return world.options(member).withTransport(on);
    }

    private Node node(String name, MemoryNetwork on) {
        Node node = Node.start(options(name, on), World.SMALL.withWorkerScheduler(world.time), world.tasks());
        world.members.add(node);
        return node;
    }

    private Relay relay(String name) {
        Relay relay = Relay.between(List.of(options(name, boards), options(name, servers)));
        world.members.add(0, relay); // ends last, as close gives no time to anybody
        world.advance(Duration.ofMillis(100));
        return relay;
    }

    private Cluster client(String name, MemoryNetwork on, int nodes) {
        Cluster client = Cluster.connect(options(name, on));
        world.members.add(client);
        world.await(() -> World.active(client) == nodes, Duration.ofSeconds(5));
        return client;
    }

    private void dispatch(Cluster client, int elements) {
        client.dispatch(Flux.range(0, elements), Calls.of("slow"), DispatchOptions.DEFAULTS)
                .subscribe(outcomes::add, failed -> {});
    }

    private void assertEachOnce(int elements) {
        assertThat(outcomes)
                .extracting(outcome -> ((TaskOutcome.Success<Integer>) outcome).value())
                .containsExactlyElementsOf(IntStream.range(0, elements).boxed().toList());
    }

    @Test
    void aClientUsesNodesOfBothNetworks() throws Exception {
        try (world) {
            Node board = node("board", boards);
            Node server = node("server", servers);
            Relay relay = relay("relay");
            Cluster client = client("client", servers, 2);
            dispatch(client, 300);
            world.await(() -> outcomes.size() == 300, MINUTE);
            assertEachOnce(300);
            assertThat(board.stats().succeeded()).isBetween(100L, 200L);
            assertThat(server.stats().succeeded()).isBetween(100L, 200L);
            assertThat(relay.stats().nodes()).isEqualTo(2); // each on the other's network
            assertThat(relay.stats().clients()).isEqualTo(1);
            assertThat(relay.stats().dropped()).isZero();
        }
    }

    @Test
    void aNodeThatIsReachedThroughARelaySaysSo() throws Exception {
        try (world) {
            node("board", boards);
            node("server", servers);
            relay("relay-1");
            Cluster client = client("client", servers, 2);
            assertThat(client.nodes())
                    .extracting(node -> node.site().labels().get("via"))
                    .containsExactly("relay-1", null);
        }
    }

    @Test
    void aNodeThatComesLaterOrLeavesDoesSoOnBothNetworks() throws Exception {
        try (world) {
            relay("relay");
            node("server", servers);
            Cluster client = client("client", servers, 1);
            Node board = node("board", boards);
            world.await(() -> World.active(client) == 2, Duration.ofSeconds(1));
            board.close();
            world.await(() -> client.nodes().size() == 1, Duration.ofMillis(100));
        }
    }

    @Test
    void aNodeThatDiesIsGoneAndWorksAgainWhenItIsBack() throws Exception {
        try (world) {
            relay("relay");
            node("board", boards);
            Cluster client = client("client", servers, 1);
            boards.vanish("board");
            world.await(() -> client.nodes().isEmpty(), Duration.ofMillis(100));
            node("board", boards);
            world.await(() -> World.active(client) == 1, Duration.ofSeconds(2));
            dispatch(client, 100);
            world.await(() -> outcomes.size() == 100, MINUTE);
            assertEachOnce(100);
        }
    }

    @Test
    void aNodeThatIsOnBothNetworksIsNotStoodInFor() throws Exception {
        try (world) {
            Relay relay = relay("relay");
            node("both", boards);
            node("both", servers);
            world.advance(Duration.ofSeconds(3));
            assertThat(relay.stats().nodes()).isZero();
        }
    }

    @Test
    void aNodeThatComesToANetworkItselfTakesThePlaceOfItsStandIn() throws Exception {
        try (world) {
            Relay relay = relay("relay");
            node("both", boards);
            Cluster client = client("client", servers, 1);
            assertThat(relay.stats().nodes()).isEqualTo(1);
            Node itself = node("both", servers);
            world.await(() -> relay.stats().nodes() == 0, Duration.ofSeconds(3));
            world.advance(Duration.ofSeconds(5));
            assertThat(client.nodes())
                    .singleElement()
                    .satisfies(node -> assertThat(node.site().labels()).doesNotContainKey("via"));
            dispatch(client, 100);
            world.await(() -> outcomes.size() == 100, MINUTE);
            assertThat(itself.stats().succeeded()).isEqualTo(100);
        }
    }

    @Test
    void aClientOnBothNetworksNeedsNoRelay() throws Exception {
        try (world) {
            Relay relay = relay("relay");
            node("board", boards);
            node("server", servers);
            Cluster client = Cluster.connect(world.options("client")
                    .withTransport(new ManyNetworksTest.Several(List.of(servers, boards), world)));
            world.members.add(client);
            world.advanceInSteps(Duration.ofSeconds(1));
            assertThat(client.nodes())
                    .hasSize(2)
                    .allSatisfy(node -> assertThat(node.site().labels()).doesNotContainKey("via"));
            dispatch(client, 100);
            world.await(() -> outcomes.size() == 100, MINUTE);
            assertThat(relay.stats().frames()).isZero();
        }
    }

    @Test
    void aNetworkThatIsBackSoonTakesNoNodeAway() throws Exception {
        try (world) {
            relay("relay");
            node("board", boards);
            node("server", servers);
            Cluster client = client("client", servers, 2);
            dispatch(client, 400);
            world.await(() -> outcomes.size() > 100, MINUTE);
            boards.stopBroker();
            world.advanceInSteps(Duration.ofSeconds(2));
            boards.startBroker();
            assertThat(client.nodes()).extracting(NodeInfo::name).containsExactly("board", "server");
            world.await(() -> outcomes.size() == 400, MINUTE);
            assertEachOnce(400);
        }
    }

    @Test
    void aNetworkThatIsLostAgainHasAsMuchTimeAsTheFirstTime() throws Exception {
        try (world) {
            relay("relay");
            node("board", boards);
            node("server", servers);
            Cluster client = client("client", servers, 2);
            List<ClusterEvent> events = new ArrayList<>();
            client.events().subscribe(events::add);
            boards.stopBroker();
            world.advanceInSteps(Duration.ofSeconds(1));
            boards.startBroker();
            world.advanceInSteps(Duration.ofSeconds(2));
            boards.stopBroker();
            world.advanceInSteps(Duration.ofSeconds(4)); // six after the first time
            boards.startBroker();
            world.advanceInSteps(Duration.ofSeconds(2));
            assertThat(events).noneMatch(ClusterEvent.NodeGone.class::isInstance);
        }
    }

    @Test
    void aNetworkThatStaysAwayTakesItsNodesAway() throws Exception {
        try (world) {
            relay("relay");
            node("board", boards);
            node("server", servers);
            Cluster client = client("client", servers, 2);
            boards.stopBroker();
            world.await(() -> client.nodes().size() == 1, Duration.ofSeconds(6));
            boards.startBroker();
            world.await(() -> World.active(client) == 2, Duration.ofSeconds(2));
        }
    }

    @Test
    void aRelayThatDiesIsReplacedByAnother() throws Exception {
        try (world) {
            relay("relay-1");
            node("board", boards);
            node("server", servers);
            Cluster client = client("client", servers, 2);
            dispatch(client, 600);
            world.await(() -> outcomes.size() > 100, MINUTE);
            for (String each : List.of("relay-1", "board", "server", "client")) {
                if (!each.equals("board")) {
                    boards.vanish(each);
                }
                if (each.equals("relay-1") || each.equals("board")) {
                    servers.vanish(each);
                }
            }
            world.await(() -> client.nodes().size() == 1, Duration.ofMillis(100));
            relay("relay-2");
            world.await(() -> World.active(client) == 2, Duration.ofSeconds(2));
            world.await(() -> outcomes.size() == 600, MINUTE);
            assertEachOnce(600);
        }
    }

    @Test
    void clientsThatSayNothingAreForgotten() throws Exception {
        try (world) {
            Relay relay = relay("relay");
            node("board", boards);
            Cluster client = client("client", servers, 1);
            dispatch(client, 10);
            world.await(() -> outcomes.size() == 10, MINUTE);
            assertThat(relay.stats().clients()).isEqualTo(1);
            client.close();
            world.advanceInSteps(Duration.ofMinutes(3));
            assertThat(relay.stats().clients()).isZero();
        }
    }

    @Test
    void randomNetworksFailAndEachResultComesOnce() throws Exception {
        long seed = 20_261_124;
        Random random = new Random(seed);
        FaultPlan lossy = NEAR.withLoss(0.05).withRepetition(0.05);
        boards.plan(lossy);
        servers.plan(lossy);
        try (world) {
            relay("relay");
            node("board", boards);
            node("server", servers);
            Cluster client = client("client", servers, 2);
            dispatch(client, 2_000);
            for (int i = 0; outcomes.size() < 2_000; i++) {
                assertThat(i).as("failures, with seed %d", seed).isLessThan(1_000);
                MemoryNetwork victim = random.nextBoolean() ? boards : servers;
                victim.stopBroker();
                world.advanceInSteps(Duration.ofMillis(random.nextInt(300)));
                victim.startBroker();
                world.advanceInSteps(Duration.ofMillis(random.nextInt(1_000)));
            }
            assertEachOnce(2_000);
        }
    }
}
