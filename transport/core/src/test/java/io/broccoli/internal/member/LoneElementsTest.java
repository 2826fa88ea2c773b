package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.frame.Frame;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.transport.memory.TrafficStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Streams whose elements come one by one keep their credit while their nodes have places free, and no longer. */
class LoneElementsTest {

    private static final Duration WARM = Duration.ofSeconds(40);
    private static final Duration MEASURED = Duration.ofSeconds(60);

    private final AtomicInteger done = new AtomicInteger();

    private void start(World world, Cluster client, int millis) {
        client.dispatch(
                        Flux.interval(Duration.ofMillis(millis), world.time).map(Long::intValue),
                        Calls.of("slow"),
                        DispatchOptions.DEFAULTS)
                .subscribe(outcome -> done.incrementAndGet());
    }

    @ParameterizedTest
    @CsvSource({"1, 300", "1, 1700", "1, 5000", "3, 300", "3, 1000", "3, 1700", "3, 3000", "3, 7000"})
    void creditIsNotGivenBackBetweenThem(int nodes, int millis) throws Exception {
        try (World world = new World()) {
            for (int i = 0; i < nodes; i++) {
                world.node("n" + i, NodeOptions.DEFAULTS.withQueue(14).withWorkers(2));
            }
            start(world, world.client(nodes), millis);
            world.advance(WARM);
            int doneBefore = done.get();
            TrafficStats before = world.network.stats();
            world.advance(MEASURED);
            TrafficStats traffic = world.network.stats().since(before);
            int elements = done.get() - doneBefore;
            assertThat(elements).isCloseTo((int) MEASURED.toMillis() / millis, within(1));
            assertThat(count(traffic, Frame.Cancel.class)).as("%s", traffic).isZero();
            assertThat(count(traffic, Frame.Tasks.class)).isBetween(elements - 1L, elements + 1L);
            assertThat(count(traffic, Frame.Results.class)).isBetween(elements - 1L, elements + 1L);
            assertThat(count(traffic, Frame.Poll.class))
                    .as("a re-announce each second for each link that is kept")
                    .isLessThanOrEqualTo(elements + MEASURED.toSeconds() + 1);
        }
    }

    private static long count(TrafficStats traffic, Class<? extends Frame> kind) {
        TrafficStats.Count count = traffic.sent().get(kind);
        return count == null ? 0 : count.frames();
    }

    /** More streams than places: each gives back what it does not use, and nobody has to be fenced for that. */
    @Test
    void creditIsGivenBackWhereNothingIsFree() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a", NodeOptions.DEFAULTS.withQueue(7).withWorkers(1));
            List<Cluster> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                clients.add(world.client(1));
            }
            for (Cluster client : clients) {
                start(world, client, 2_500);
                world.advance(Duration.ofMillis(300));
            }
            AtomicInteger busy = new AtomicInteger();
            world.client(1)
                    .dispatch(Flux.range(0, Integer.MAX_VALUE), Calls.of("slow"), DispatchOptions.DEFAULTS)
                    .subscribe(outcome -> busy.incrementAndGet());
            world.advance(WARM);
            int doneBefore = done.get();
            int busyBefore = busy.get();
            world.advanceInSteps(MEASURED);
            assertThat(done.get() - doneBefore).isBetween(5 * 24 - 5, 5 * 24 + 5);
            assertThat(busy.get() - busyBefore).as("of 6,000").isGreaterThan(5_000);
            for (Cluster client : clients) {
                assertThat(client.stats().tasksResent()).isZero();
            }
            assertThat(node.stats().refused()).isZero();
        }
    }
}
