package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Some members ask for all places of a node and use none: an honest one loses nothing, and gets its share. */
class FairnessTest {

    private static final int CAPACITY = 16;
    private static final Duration WARM = Duration.ofSeconds(15);
    private static final Duration MEASURED = Duration.ofSeconds(30);

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "1, 16", "3, 16"})
    void anHonestMemberGetsItsShareOfThePlaces(int hoarders, int weight) throws Exception {
        try (World world = new World()) {
            Node node = world.node(
                    "a",
                    NodeOptions.DEFAULTS.withQueue(CAPACITY - 2).withWorkers(2).withMaxWeight(1));
            for (int i = 0; i < hoarders; i++) {
                new Hoarder(world, "hoarder" + i, "a", weight);
            }
            world.advance(Duration.ofSeconds(1));
            assertThat(node.stats().unusedCredit()).isEqualTo(CAPACITY);
            Cluster honest = world.client(1);
            List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
            honest.dispatch(
                            Flux.range(0, Integer.MAX_VALUE),
                            Calls.of("slow"),
                            DispatchOptions.DEFAULTS.withDelivery(Delivery.AT_MOST_ONCE))
                    .subscribe(outcomes::add);
            world.advanceInSteps(WARM);
            int before = outcomes.size();
            long least = Long.MAX_VALUE;
            for (int i = 0; i < MEASURED.toMillis(); i++) {
                world.advance(Duration.ofMillis(1));
                ClusterStats.LinkStats link = honest.stats().links().get(0);
                least = Math.min(least, link.credit() + link.inFlight());
            }
            int done = outcomes.size() - before;
            assertThat(outcomes).allMatch(outcome -> outcome instanceof TaskOutcome.Success);
            assertThat(least)
                    .as("what others have above their share, they keep until they are fenced")
                    .isGreaterThanOrEqualTo(CAPACITY / (hoarders + 1) / 2);
            assertThat(done).as("of 2 workers x 100 tasks a second").isGreaterThan((int) (MEASURED.toSeconds() * 195));
            assertThat(honest.stats().tasksResent()).isZero();
        }
    }
}
