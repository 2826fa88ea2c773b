package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.Node;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Who closes a member waits for its connection: threads that must not wait are told so at once. */
class ClosingTest {

    private static final Duration SOON = Duration.ofSeconds(2);

    private final List<Object> heard = new ArrayList<>();

    private void close(AutoCloseable member) {
        try {
            member.close();
            heard.add("closed");
        } catch (Exception refused) {
            heard.add(refused);
        }
    }

    private static void assertRefused(Object refused, String member) {
        assertThat(refused).isInstanceOfSatisfying(IllegalStateException.class, why -> assertThat(why)
                .hasMessageContaining("close() of member " + member)
                .hasMessageContaining("Nothing was closed")
                .hasMessageContaining("boundedElastic"));
    }

    @Test
    void onTheMembersOwnThreadItIsRefusedAndTheStreamGoesOn() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
            client.dispatch(Flux.just(1, 2, 3), Calls.doubling(), DispatchOptions.DEFAULTS)
                    .doOnNext(outcome -> {
                        if (outcomes.isEmpty()) {
                            close(client);
                        }
                    })
                    .subscribe(outcomes::add);
            ((Member) node.cluster()).loop().execute(() -> close(node));
            world.advance(SOON);
            assertThat(heard).hasSize(2);
            assertThat(outcomes).hasSize(3);
            assertThat(heard).anySatisfy(refused -> assertRefused(refused, client.name()));
            assertThat(heard).anySatisfy(refused -> assertRefused(refused, "a"));
        }
    }

    @Test
    void eventsEndWithTheMemberAndItsNodeOffersNothingMore() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            for (Cluster member : List.of(client, node.cluster())) {
                member.events().subscribe(event -> {}, heard::add, () -> heard.add("ended"));
            }
            world.advance(SOON);
            assertThat(heard).isEmpty();
            close(client);
            close(node);
            world.advance(SOON);
            assertThat(heard).containsExactlyInAnyOrder("closed", "ended", "closed", "ended");
            heard.clear();
            node.offer("more", "1", TaskRegistry.builder().build()).subscribe(nothing -> {}, heard::add);
            world.advance(SOON);
            assertThat(heard).singleElement().isInstanceOfSatisfying(IllegalStateException.class, why -> assertThat(why)
                    .hasMessage("the node a was closed"));
        }
    }

    /** As those of each transport are: its contract says so. */
    @Test
    void onAThreadThatMustNotBlockItIsRefusedAtOnce() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            for (AutoCloseable member : List.of(client, node)) {
                Mono<Void> closing =
                        Mono.<Void>fromRunnable(() -> close(member)).subscribeOn(Schedulers.parallel());
                closing.block(SOON);
            }
            assertRefused(heard.get(0), client.name());
            assertRefused(heard.get(1), "a");
            assertThat(World.active(client)).as("nodes that are still there").isEqualTo(1);
        }
    }
}
