package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.frame.Frame;
import io.broccoli.internal.network.ManyTransport;
import io.broccoli.node.Node;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import io.broccoli.transport.memory.TrafficStats;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Members that are on several networks go on when one of these dies. */
class ManyNetworksTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** An outcome that was on its way is asked for when it is late, and those behind it wait. */
    private static final Duration LATE = Duration.ofMillis(400);

    private final World world = new World();
    private final List<MemoryNetwork> networks = IntStream.range(0, 3)
            .mapToObj(i -> new MemoryNetwork(world.time, FaultPlan.NONE.withDelay(Duration.ofMillis(1))))
            .toList();
    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();

    record Several(List<MemoryNetwork> networks, World world) implements TransportProvider {

        @Override
        public Set<String> schemes() {
            return Set.of("memory");
        }

        @Override
        public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
            List<Transport> each = networks.stream()
                    .map(network -> network.open(uri, cluster, member, options))
                    .toList();
            return new ManyTransport(
                    each, Several::isGone, Several::isRelayed, () -> world.time.now(TimeUnit.NANOSECONDS));
        }

        private static boolean isGone(byte[] bytes) {
            return status(bytes).state() == Frame.MemberState.GONE;
        }

        private static boolean isRelayed(byte[] bytes) {
            return bytes.length > 0 && status(bytes).site().labels().containsKey("via");
        }

        private static Frame.Status status(byte[] bytes) {
            try {
                return (Frame.Status) new MessagePackFrameCodec().decode(bytes);
            } catch (MalformedFrameException e) {
                throw new AssertionError(e);
            }
        }
    }

    private ClusterOptions options(String member, List<MemoryNetwork> on) {
        return world.options(member).withTransport(new Several(on, world));
    }

    private Node node(String name, List<MemoryNetwork> on) {
        Node node = Node.start(options(name, on), World.SMALL.withWorkerScheduler(world.time), world.tasks());
        world.members.add(node);
        return node;
    }

    private Cluster client(List<MemoryNetwork> on, int nodes) {
        Cluster client = Cluster.connect(options("client", on));
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

    /** The longest time without an outcome until there are so many. */
    private Duration longestPause(int elements) {
        long longest = 0;
        long pause = 0;
        int seen = outcomes.size();
        while (outcomes.size() < elements) {
            world.advance(Duration.ofMillis(1));
            pause = outcomes.size() == seen ? pause + 1 : 0;
            longest = Math.max(longest, pause);
            seen = outcomes.size();
            assertThat(pause).as("milliseconds without an outcome").isLessThan(20_000);
        }
        return Duration.ofMillis(longest);
    }

    private long frames(int network) {
        return networks.get(network).stats().sent().values().stream()
                .mapToLong(TrafficStats.Count::frames)
                .sum();
    }

    @Test
    void theDeathOfAnyNetworkStopsNothing() throws Exception {
        try (world) {
            node("a", networks);
            node("b", networks);
            Cluster client = client(networks, 2);
            List<ClusterEvent> events = new ArrayList<>();
            client.events().subscribe(events::add);
            events.clear();
            dispatch(client, 2_000);
            world.await(() -> outcomes.size() > 200, MINUTE);
            long before = frames(1);
            networks.get(0).stopBroker();
            assertThat(longestPause(500)).isLessThan(LATE);
            assertThat(frames(1)).isGreaterThan(before);
            networks.get(0).startBroker();
            world.advance(Duration.ofMillis(100));
            long again = frames(0);
            networks.get(1).stopBroker();
            assertThat(longestPause(2_000)).isLessThan(LATE);
            assertThat(frames(0)).isGreaterThan(again); // the preferred one carries all again
            assertEachOnce(2_000);
            assertThat(events).noneMatch(ClusterEvent.NodeGone.class::isInstance);
            assertThat(events).noneMatch(ClusterEvent.Disconnected.class::isInstance);
        }
    }

    @Test
    void aNetworkThatFallsSilentIsLeft() throws Exception {
        try (world) {
            node("a", networks);
            Cluster client = client(networks, 1);
            dispatch(client, 1_000);
            world.await(() -> outcomes.size() > 200, MINUTE);
            networks.get(0).divide("client", "a");
            networks.get(0).divide("a", "client");
            assertThat(longestPause(1_000)).isLessThan(Duration.ofSeconds(3));
            assertEachOnce(1_000);
        }
    }

    @Test
    void aNodeThatIsCutOffFromOneNetworkKeepsItsLife() throws Exception {
        try (world) {
            node("a", networks);
            Cluster client = client(networks, 1);
            long epoch = client.nodes().get(0).bootEpoch();
            List<ClusterEvent> events = new ArrayList<>();
            client.events().subscribe(events::add);
            dispatch(client, 500);
            world.await(() -> outcomes.size() > 100, MINUTE);
            networks.get(0).cut("a"); // its will is there when it is back
            world.await(() -> outcomes.size() > 200, MINUTE);
            networks.get(0).restore("a");
            world.await(() -> outcomes.size() == 500, MINUTE);
            assertEachOnce(500);
            assertThat(events).noneMatch(ClusterEvent.NodeGone.class::isInstance);
            assertThat(client.nodes().get(0).bootEpoch()).isEqualTo(epoch);
            assertThat(world.started).isLessThan(520); // nothing ran again but what was on its way
        }
    }

    @Test
    void aNodeThatVanishesFromAllIsGone() throws Exception {
        try (world) {
            node("a", networks);
            node("b", networks);
            Cluster client = client(networks, 2);
            dispatch(client, 500);
            world.await(() -> outcomes.size() > 100, MINUTE);
            networks.forEach(each -> each.vanish("a"));
            world.await(() -> client.nodes().size() == 1, Duration.ofMillis(100));
            world.await(() -> outcomes.size() == 500, MINUTE);
            assertEachOnce(500);
        }
    }

    @Test
    void aClientOnOneNetworkUsesNodesThatAreOnItAndOnOthers() throws Exception {
        try (world) {
            node("first", networks.subList(0, 1));
            node("both", networks.subList(0, 2));
            Node second = node("second", networks.subList(1, 2));
            Cluster client = client(networks.subList(1, 2), 2);
            dispatch(client, 300);
            world.await(() -> outcomes.size() == 300, MINUTE);
            assertEachOnce(300);
            assertThat(second.stats().succeeded()).isBetween(50L, 250L); // both work
        }
    }

    @Test
    void randomNetworksDieAndComeBackAndEachResultComesOnce() throws Exception {
        long seed = 20_250_117;
        Random random = new Random(seed);
        try (world) {
            node("a", networks);
            node("b", networks);
            Cluster client = client(networks, 2);
            dispatch(client, 3_000);
            for (int i = 0; outcomes.size() < 3_000; i++) {
                assertThat(i).as("kills, with seed %d", seed).isLessThan(1_000);
                MemoryNetwork victim = networks.get(random.nextInt(networks.size()));
                victim.stopBroker();
                world.advanceInSteps(Duration.ofMillis(random.nextInt(300)));
                victim.startBroker();
                world.advanceInSteps(Duration.ofMillis(random.nextInt(100)));
            }
            assertEachOnce(3_000);
        }
    }
}
