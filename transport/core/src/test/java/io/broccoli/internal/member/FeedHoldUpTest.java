package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.feed.View;
import io.broccoli.node.Node;
import io.broccoli.transport.contract.HeardLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** A source that slows down says who holds up all others, and only then. */
class FeedHoldUpTest extends FeedScene {

    @RegisterExtension
    private final HeardLog log = new HeardLog("io.broccoli.internal.node.FeedHoldUp");

    private final List<String> said = log.said;

    private static Pacer<Integer> pacer(Cluster client, FeedOptions options) {
        return new Pacer<>(client.feed("count", Integer.class, options));
    }

    @Test
    void oneWhoTakesNothingForTenSecondsIsNamedOnceUntilThatChanges() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            Pacer<Integer> first = pacer(client, OPTIONS);
            Pacer<Integer> second = pacer(client, OPTIONS);
            first.request(5);
            second.request(1_000);
            world.advance(Duration.ofSeconds(8));
            assertThat(said).isEmpty();
            world.advance(Duration.ofSeconds(30));
            assertThat(said).singleElement().satisfies(it -> assertThat(it)
                    .startsWith(
                            "Feed count of node a stands still: subscription 1 (of member client1) took no sample for 1")
                    .contains("1 other waits")
                    .contains("onBackpressureBuffer", "dropOldest"));
            first.request(2_000); // then the second one has all that it asked for
            world.advance(Duration.ofSeconds(30));
            assertThat(second.samples).hasSize(1_000);
            assertThat(said).as("now the second one holds up the first").hasSize(2);
            assertThat(said.get(1)).contains("subscription 2 (of member client1)");
            second.cancel();
            world.advance(Duration.ofSeconds(30));
            assertThat(first.samples).hasSize(2_005);
            first.cancel();
            assertThat(said).hasSize(2);
            assertEmpty(world, client, node);
        }
    }

    @Test
    void nothingIsSaidWhereAllAreSlowOrAllHaveRoom() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            node(world, "b", Source.of(Flux.never()));
            Flux<Integer> live =
                    Flux.interval(Duration.ofMillis(100), world.time).map(Long::intValue);
            node(world, "c", Source.of(live).dropOldest(4));
            Cluster client = world.client(3);
            List<Pacer<Integer>> slow =
                    List.of(pacer(client, OPTIONS.fromNodes("a")), pacer(client, OPTIONS.fromNodes("a")));
            pacer(client, OPTIONS.fromNodes("b")).request(5);
            pacer(client, OPTIONS.fromNodes("b")).request(5);
            pacer(client, OPTIONS.fromNodes("c")).request(5);
            pacer(client, OPTIONS.fromNodes("c")).request(1_000_000);
            for (int i = 0; i < 3; i++) {
                slow.get(0).request(1);
                world.advance(Duration.ofSeconds(7));
                slow.get(1).request(1);
                world.advance(Duration.ofSeconds(8));
            }
            world.advance(Duration.ofSeconds(30));
            assertThat(said).isEmpty();
        }
    }

    @Test
    void whoReadsAViewIsNamedToo() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            pacer(client, OPTIONS).request(1_000);
            pacer(client, OPTIONS.withView(View.ALL.every(2))).request(5);
            world.advance(Duration.ofSeconds(20));
            assertThat(said).singleElement().satisfies(it -> assertThat(it)
                    .contains("subscription 2 (of member client1)"));
        }
    }

    /** The first waits for windows of the second, which has no room before the first takes something. */
    @Test
    void aZipOfAFeedWithItselfThatStopsIsSaid() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            Flux<Sample<Integer>> feed = client.feed("count", Integer.class);
            List<Integer> sums = new ArrayList<>();
            Flux.zip(feed, feed.buffer(100), (sample, some) -> some.size()).subscribe(sums::add);
            world.advance(Duration.ofSeconds(20));
            int before = sums.size();
            world.advance(Duration.ofSeconds(20));
            assertThat(sums).as("it stands still").hasSize(before);
            assertThat(said).singleElement().satisfies(it -> assertThat(it)
                    .contains("subscription 1 (of member client1)"));
        }
    }
}
