package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.FeedStats;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** What tests of feeds share: whole members in virtual time, of which nodes count, and what a subscriber got. */
abstract class FeedScene {

    static final Duration SOON = Duration.ofSeconds(2);
    static final FeedOptions OPTIONS = FeedOptions.DEFAULTS;

    final List<Sample<Integer>> samples = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    long requested;
    int subscribed;
    int cancelled;

    static TaskRegistry.Builder tasks() {
        return TaskRegistry.builder().task("add", "x", Integer.class, "y", Integer.class, Integer::sum);
    }

    static Node node(World world, String name, Source source) {
        return node(world, name, World.SMALL, source);
    }

    static Node node(World world, String name, NodeOptions options, Source source) {
        return world.node(name, options, tasks().source("count", source).build());
    }

    /** 1, 2, 3 ... as fast as they are asked for. */
    Publisher<Integer> numbers() {
        return Flux.range(1, Integer.MAX_VALUE)
                .doOnSubscribe(subscription -> subscribed++)
                .doOnRequest(n -> requested += n)
                .doOnCancel(() -> cancelled++);
    }

    /** 1, 2, 3 ... one in a millisecond, whether asked for or not. */
    Flux<Integer> ticks(World world) {
        return Flux.interval(Duration.ofMillis(1), world.time)
                .map(tick -> tick.intValue() + 1)
                .doOnSubscribe(subscription -> subscribed++)
                .doOnCancel(() -> cancelled++);
    }

    Disposable subscribe(Cluster client, FeedOptions options) {
        return client.feed("count", Integer.class, options).subscribe(samples::add, errors::add);
    }

    List<Sample<Integer>> of(String node) {
        return samples.stream().filter(sample -> sample.node().equals(node)).toList();
    }

    static FeedStats stats(Node node) {
        node.stats();
        return node.stats().feeds().get(0);
    }

    static List<Long> sequences(List<? extends Sample<?>> samples) {
        return samples.stream().map(Sample::sequence).toList();
    }

    static List<Long> upTo(long count) {
        return LongStream.rangeClosed(1, count).boxed().toList();
    }

    static void assertEmpty(World world, Cluster client, Node... nodes) {
        world.advance(Duration.ofSeconds(40));
        for (Node node : nodes) {
            node.stats();
            assertThat(node.stats().queued() + node.stats().running()).isZero();
            assertThat(node.stats().links()).isZero();
            assertThat(node.stats().feeds())
                    .allSatisfy(feed -> assertThat(feed.subscribers()).isZero());
        }
        client.stats();
        assertThat(client.stats().inFlight() + client.stats().pending()).isZero();
    }
}
