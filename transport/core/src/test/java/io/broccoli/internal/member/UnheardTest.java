package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.transport.contract.HeardLog;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** What a node says of members that do not hear its answers. */
class UnheardTest {

    private static final FaultPlan CALM = FaultPlan.NONE.withDelay(Duration.ofMillis(1));
    private static final DispatchOptions PATIENT = DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO);

    @RegisterExtension
    private final HeardLog log = new HeardLog("io.broccoli.internal.node.Unheard");

    private final List<String> said = log.said;
    private final List<Object> outcomes = new ArrayList<>();

    private void ask(Cluster client) {
        ask(client, "slow");
    }

    private void ask(Cluster client, String task) {
        client.dispatch(Flux.range(0, 20), Calls.<Integer>of(task), PATIENT).subscribe(outcomes::add, failed -> {});
    }

    @Test
    void whoAsksAndDoesNotHearIsNamedOnce() throws Exception {
        try (World world = new World(CALM)) {
            world.node("a");
            Cluster client = world.client(1);
            world.network.divide("a", client.name());
            ask(client);
            world.advance(Duration.ofSeconds(4));
            assertThat(said).isEmpty();
            world.advance(Duration.ofMinutes(1));
            assertThat(said).singleElement().satisfies(it -> assertThat(it)
                    .matches("Node a: 'client1' asked it \\d+ times, and heard none of the answers"));
            world.network.heal("a", client.name());
            world.advance(Duration.ofSeconds(10));
            assertThat(outcomes).hasSize(20);
        }
    }

    @Test
    void whoStopsHearingIsNamedToo() throws Exception {
        try (World world = new World(CALM)) {
            world.node("a");
            Cluster client = world.client(1);
            ask(client);
            world.advance(Duration.ofSeconds(10));
            assertThat(outcomes).hasSize(20);
            world.network.divide("a", client.name());
            ask(client);
            world.advance(Duration.ofMinutes(1));
            assertThat(said).hasSize(1);
        }
    }

    /** Neither one that asks little, nor one of which most is lost, nor one that comes again and again. */
    @Test
    void whoHearsIsNotNamed() throws Exception {
        try (World world =
                new World(FaultPlan.seeded(5).withDelay(Duration.ofMillis(20)).withLoss(0.4))) {
            world.node("a");
            for (int i = 0; i < 5; i++) {
                Cluster client = world.connect("again");
                world.await(() -> World.active(client) == 1, Duration.ofSeconds(20));
                ask(client);
                ask(client, "never"); // so it asks on
                world.advance(Duration.ofSeconds(40));
                client.close();
            }
            assertThat(said).isEmpty();
        }
    }

    /** A node does not know of members that may not ask it: they have no presence. */
    @Test
    void whoIsNotHeardCannotBeNamed() throws Exception {
        try (World world = new World(CALM)) {
            world.node("a");
            Cluster client = world.client(1);
            world.network.divide(client.name(), "a");
            ask(client);
            world.advance(Duration.ofMinutes(1));
            assertThat(outcomes).isEmpty();
            assertThat(said).isEmpty();
        }
    }
}
