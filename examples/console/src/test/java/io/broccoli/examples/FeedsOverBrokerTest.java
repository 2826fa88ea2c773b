package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Position;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Feeds over a real broker. */
class FeedsOverBrokerTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private volatile @Nullable Node joined;

    private record Reading(String sensor, double celsius) {}

    private static ClusterOptions member(String name) {
        return ClusterOptions.of(TestBroker.uri()).withCluster("feeds").withMember(name);
    }

    /** A node whose thermometer is read as fast as anybody listens, and whose clock ticks whoever listens. */
    private static Node node(String name) {
        Flux<Reading> readings = Flux.range(1, Integer.MAX_VALUE).map(i -> new Reading(name, i / 2.0));
        return Node.start(
                member(name),
                NodeOptions.DEFAULTS.withWorkers(1).withQueue(4),
                TaskRegistry.builder()
                        .source("temperature", readings)
                        .source(
                                "clock",
                                Source.of(Flux.interval(Duration.ofMillis(1))).dropOldest(16))
                        .build());
    }

    private static <T> Map<String, List<Sample<T>>> take(Flux<Sample<T>> feed, int count) {
        return Objects.requireNonNull(
                feed.take(count).collect(Collectors.groupingBy(Sample::node)).block(SOON));
    }

    @Test
    void samplesOfAllNodesComeInOrderAndGoOnInAnotherLife() {
        try (Node north = node("north");
                Node south = node("south");
                Cluster first = Cluster.connect(member("reader"))) {
            Map<String, List<Sample<Reading>>> parts = take(first.feed("temperature", Reading.class), 4_000);
            assertThat(parts.keySet()).containsExactlyInAnyOrder(north.name(), south.name());
            parts.forEach((node, part) -> {
                assertThat(part).extracting(Sample::sequence).isEqualTo(upTo(part.size()));
                assertThat(part).last().satisfies(sample -> assertThat(sample.value())
                        .isEqualTo(new Reading(node, part.size() / 2.0)));
            });
            first.close();
            Map<String, Position> positions = parts.values().stream()
                    .map(part -> part.get(part.size() - 1))
                    .collect(Collectors.toMap(Sample::node, Sample::position, (a, b) -> b));
            try (Cluster second = Cluster.connect(member("reader"))) {
                Map<String, List<Sample<Reading>>> more = take(
                        second.feed("temperature", Reading.class, FeedOptions.DEFAULTS.resumeAfter(positions)), 1_000);
                more.forEach((node, part) -> {
                    Sample<Reading> next = part.get(0);
                    Position last = Objects.requireNonNull(positions.get(node));
                    assertThat(next.epoch()).isEqualTo(last.epoch());
                    assertThat(next.sequence()).isGreaterThan(last.sequence());
                    assertThat(next.missed()).isEqualTo(next.sequence() - last.sequence() - 1);
                });
                assertThat(more).hasSize(2);
            }
        }
    }

    @Test
    void aSlowSubscriberIsToldWhatItMissedAndANodeThatJoinsIsHeardSoon() {
        try (Node west = node("west");
                Cluster cluster = Cluster.connect(member("watch"))) {
            Flux<Sample<Long>> ticks = cluster.feed("clock", Long.class, FeedOptions.DEFAULTS.withWindow(2));
            List<Sample<Long>> slow = Objects.requireNonNull(
                    ticks.concatMap(sample -> Flux.just(sample).delayElements(Duration.ofMillis(20)), 1)
                            .take(60)
                            .collectList()
                            .block(SOON));
            assertThat(slow).extracting(Sample::node).containsOnly(west.name());
            long missed = slow.stream().skip(1).mapToLong(Sample::missed).sum();
            assertThat(missed).isPositive();
            assertThat(slow.get(59).sequence() - slow.get(0).sequence()).isEqualTo(59 + missed);
            Map<String, Sample<Long>> heard = Objects.requireNonNull(ticks.doOnSubscribe(begun -> join())
                    .distinct(Sample::node)
                    .take(2)
                    .collect(Collectors.toMap(Sample::node, Function.identity()))
                    .block(SOON));
            assertThat(heard).containsOnlyKeys("west", "east");
        } finally {
            Node late = joined;
            if (late != null) {
                late.close();
            }
        }
    }

    @Test
    void aSourceThatGivesWithoutAPauseIsCancelledAllTheSame() throws Exception {
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        Flux<Integer> flood = Flux.range(1, Integer.MAX_VALUE).repeat().doOnCancel(() -> cancelled.complete(true));
        TaskRegistry tasks = TaskRegistry.builder()
                .source("flood", Source.of(flood).latest())
                .build();
        try (Node pump = Node.start(member("pump"), NodeOptions.DEFAULTS, tasks);
                Cluster cluster = Cluster.connect(member("drinker"))) {
            List<Sample<Integer>> some = Objects.requireNonNull(
                    cluster.feed("flood", Integer.class).take(50).collectList().block(SOON));
            assertThat(some).extracting(Sample::node).containsOnly(pump.name());
            assertThat(some).extracting(Sample::sequence).isSorted().doesNotHaveDuplicates();
            assertThat(cancelled.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private void join() {
        joined = node("east");
    }

    private static List<Long> upTo(long count) {
        return LongStream.rangeClosed(1, count).boxed().toList();
    }
}
