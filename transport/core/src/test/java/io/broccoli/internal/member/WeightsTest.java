package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.NodeOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Several clients want all that a node can do. */
class WeightsTest {

    private static final Duration WARM = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(10);

    private static AtomicInteger busy(World world, String name, int weight) {
        Cluster client = Cluster.connect(world.options(name).withWeight(weight));
        world.members.add(client);
        world.await(() -> World.active(client) == 1, Duration.ofSeconds(5));
        AtomicInteger done = new AtomicInteger();
        client.dispatch(Flux.range(0, Integer.MAX_VALUE), Calls.of("slow"), DispatchOptions.DEFAULTS.withWindow(256))
                .subscribe(outcome -> done.incrementAndGet());
        return done;
    }

    /** With few places credit decides, with many the node's queue. */
    @ParameterizedTest
    @ValueSource(ints = {7, 1000})
    void aProducerOfWeightThreeGetsThreeTimesAsMuchDone(int queue) throws Exception {
        try (World world = new World()) {
            world.node("a", NodeOptions.DEFAULTS.withQueue(queue).withWorkers(2));
            AtomicInteger heavy = busy(world, "heavy", 3);
            AtomicInteger light = busy(world, "light", 1);
            world.advanceInSteps(WARM);
            int heavyBefore = heavy.get();
            int lightBefore = light.get();
            world.advanceInSteps(MEASURED);
            double share = (double) (heavy.get() - heavyBefore) / (light.get() - lightBefore);
            assertThat(share).isCloseTo(3, within(0.3));
            assertThat(heavy.get() - heavyBefore + light.get() - lightBefore)
                    .as("the node is busy all the time: 2 workers, 10 ms a task")
                    .isGreaterThan(1900);
        }
    }

    @Test
    void whoComesLaterIsNotServedAfterAllThatWaits() throws Exception {
        try (World world = new World()) {
            world.node("a", NodeOptions.DEFAULTS.withQueue(1000).withWorkers(1));
            for (int i = 0; i < 5; i++) {
                busy(world, "busy" + i, 1);
            }
            world.advanceInSteps(WARM);
            Cluster late = world.client(1);
            AtomicInteger done = new AtomicInteger();
            late.dispatch(Flux.range(0, 5), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcome -> done.incrementAndGet());
            world.await(() -> done.get() == 5, Duration.ofMillis(500)); // its share is a sixth of 100 tasks/s
        }
    }

    @Test
    void aWeightOutOfRangeIsRefused() {
        assertThat(catchThrowable(() -> ClusterOptions.of("memory:world").withWeight(17)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight is 1 to 16, not 17");
    }
}
