package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** The identity of an element, as handlers know it: each has one, and no two of a producer have the same, whatever its life. */
class IdsTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final List<Long> ids = new ArrayList<>();

    private World world(FaultPlan plan) {
        World world = new World(plan);
        for (String name : List.of("a", "b")) {
            world.node(
                    name,
                    World.SMALL.withQueue(50),
                    TaskRegistry.builder()
                            .task("id", (context, args) -> {
                                ids.add(context.id());
                                return 1;
                            })
                            .build());
        }
        return world;
    }

    /** A member of the name "c" that begins at a time. */
    private static Member life(World world, long epoch) {
        ClusterOptions options = world.options("c");
        Member member = new Member(
                options,
                new Member.Services(
                        new MessagePackFrameCodec(),
                        new MessagePackPayloadCodec(),
                        world.network.open(options.uri(), options.cluster(), "c", options.connect()),
                        List.of(options.uri())),
                epoch,
                null);
        member.start();
        world.await(() -> World.active(member) == 2, SOON);
        return member;
    }

    private static void dispatch(World world, Cluster client, int elements) {
        List<Object> outcomes = new ArrayList<>();
        client.dispatch(
                        Flux.range(0, elements),
                        new Calls<Integer, Integer>("id", x -> List.of(), Integer.class),
                        DispatchOptions.DEFAULTS)
                .subscribe(outcomes::add);
        world.await(() -> outcomes.size() == elements, Duration.ofMinutes(5));
    }

    @Test
    void theNextLifeOfAProducerGivesOthers() throws Exception {
        try (World world = world(FaultPlan.NONE)) {
            for (long epoch : new long[] {1_000, 1_001, 1_002}) {
                Member client = life(world, epoch);
                dispatch(world, client, 200);
                world.network.vanish("c");
                world.advance(Duration.ofSeconds(1));
            }
            assertThat(ids).hasSize(600).doesNotHaveDuplicates().allSatisfy(id -> assertThat(id)
                    .isPositive());
        }
    }

    /** More than fit into one block, with frames that are lost, repeated and reordered. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void eachElementHasOneThoughFramesAreLostAndBlocksEnd(long seed) throws Exception {
        FaultPlan faulty = FaultPlan.seeded(seed)
                .withLoss(0.1)
                .withRepetition(0.1)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(5));
        try (World world = world(faulty)) {
            int elements = 10_000;
            dispatch(world, life(world, 1_000), elements);
            Set<Long> different = new HashSet<>(ids);
            assertThat(different).as("seed %d", seed).hasSize(elements);
        }
    }

    /** As far as lives are numbered. */
    @Test
    void theLastLifeHasIdsToo() throws Exception {
        try (World world = world(FaultPlan.NONE)) {
            dispatch(world, life(world, (1L << 38) - 1), 50);
            assertThat(ids).hasSize(50).doesNotHaveDuplicates().allSatisfy(id -> assertThat(id)
                    .isPositive());
        }
    }
}
