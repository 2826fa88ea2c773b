package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.FeedStats;
import io.broccoli.feed.Position;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** That of feeds nothing is lost uncounted: what sources gave is what came, and what was reported as missed, to the sample. */
class FeedAccountTest {

    private static final int WINDOW = 8;
    private static final int KEPT = 64;
    private static final FeedOptions OPTIONS = FeedOptions.DEFAULTS.withWindow(WINDOW);

    private final Sinks.Empty<Void> end = Sinks.empty();
    private final Map<String, Long> given = new HashMap<>();
    private final Map<String, Node> nodes = new HashMap<>();

    /** Nodes whose sources could give 1,000 samples in a second: every third drops, gives the latest, or slows down. */
    private void nodes(World world, int count) {
        for (int i = 0; i < count; i++) {
            String name = "n" + i;
            Flux<Integer> byItself = counted(
                    name,
                    Flux.interval(Duration.ofMillis(1), world.time)
                            .map(Long::intValue)
                            .takeUntilOther(end.asMono()));
            Flux<Integer> asked = counted(
                    name,
                    Flux.range(0, Integer.MAX_VALUE)
                            .concatMap(
                                    each -> Mono.delay(Duration.ofMillis(1), world.time)
                                            .thenReturn(each),
                                    1)
                            .takeUntilOther(end.asMono()));
            Source source =
                    switch (i % 3) {
                        case 0 -> Source.of(byItself).dropOldest(KEPT);
                        case 1 -> Source.of(byItself).latest();
                        default -> Source.of(asked);
                    };
            TaskRegistry tasks = TaskRegistry.builder().source("ground", source).build();
            nodes.put(name, world.node(name, World.SMALL, tasks));
        }
    }

    private Flux<Integer> counted(String node, Flux<Integer> samples) {
        return samples.doOnNext(sample -> given.merge(node, 1L, Long::sum));
    }

    private static int bound(String node) {
        return switch (Integer.parseInt(node.substring(1)) % 3) {
            case 0 -> KEPT;
            case 1 -> 1;
            default -> 0; // none is asked for that nobody takes
        };
    }

    private List<FeedStats> feeds(String node) {
        Node asked = Objects.requireNonNull(nodes.get(node));
        asked.stats(); // it answers with what it last looked at
        return asked.stats().feeds();
    }

    private FeedStats stats(String node) {
        return feeds(node).get(0);
    }

    private void assertBounds(Cluster client) {
        nodes.keySet().forEach(node -> {
            assertThat(stats(node).mostWaiting()).as(node).isLessThanOrEqualTo(bound(node));
            assertThat(stats(node).mostUnconfirmed()).as(node).isLessThanOrEqualTo(WINDOW);
        });
        client.stats();
        assertThat(client.stats().unread()).isLessThanOrEqualTo((long) nodes.size() * WINDOW);
    }

    private static Map<String, List<Sample<Integer>>> byNode(List<Sample<Integer>> samples) {
        Map<String, List<Sample<Integer>>> parts = new HashMap<>();
        samples.forEach(sample ->
                parts.computeIfAbsent(sample.node(), name -> new ArrayList<>()).add(sample));
        return parts;
    }

    /** No sample came twice, none is missing uncounted between two that came. */
    private static void assertGapless(String why, List<Sample<Integer>> part) {
        long last = part.get(0).sequence() - 1;
        for (Sample<Integer> sample : part) {
            if (sample != part.get(0)) {
                assertThat(sample.sequence() - sample.missed() - 1).as(why).isEqualTo(last);
            }
            last = sample.sequence();
        }
    }

    private static long accounted(List<Sample<Integer>> part) {
        return part.size() + part.stream().mapToLong(Sample::missed).sum();
    }

    @Test
    void tenSamplesInASecondAreTakenOfTwelveThousandForAMinuteWithinAllBoundsAndToTheSample() throws Exception {
        try (World world = new World()) {
            nodes(world, 12);
            Cluster client = world.client(12);
            Pacer<Integer> pacer = new Pacer<>(client.feed("ground", Integer.class, OPTIONS));
            world.advance(Duration.ofMillis(100));
            for (int i = 0; i < 600; i++) {
                pacer.request(1);
                world.advance(Duration.ofMillis(100));
                assertBounds(client);
            }
            assertThat(pacer.samples).hasSize(600);
            byNode(pacer.samples)
                    .forEach((node, part) -> assertThat(part).as(node).hasSizeBetween(49, 51));
            end.tryEmitEmpty();
            pacer.request(Long.MAX_VALUE);
            world.advance(Duration.ofSeconds(2));
            Map<String, List<Sample<Integer>>> parts = byNode(pacer.samples);
            assertThat(parts).hasSize(12);
            parts.forEach((node, part) -> {
                assertGapless(node, part);
                assertThat(accounted(part)).as(node).isEqualTo(given.get(node));
                if (bound(node) == 0) {
                    assertThat(accounted(part)).as(node + " slowed down").isEqualTo(part.size());
                    assertThat(part).hasSizeLessThanOrEqualTo(51 + 2 * WINDOW);
                } else {
                    assertThat(given.get(node)).isBetween(59_900L, 60_200L);
                }
            });
        }
    }

    @Test
    void ofLargeSamplesAsManyWaitForASubscriberAsTheirBytesAllowAndTheRestIsMissed() throws Exception {
        int megabyte = 1 << 20;
        try (World world = new World()) {
            Sinks.Many<byte[]> camera = Sinks.many().multicast().directBestEffort();
            Pacer<byte[]> slow =
                    subscribe(world, byte[].class, Source.of(camera.asFlux()).dropOldest(KEPT));
            for (int i = 0; i <= 20; i++) { // the first goes out at once
                camera.tryEmitNext(new byte[megabyte]);
                world.advance(Duration.ofMillis(10));
            }
            assertThat(stats("a").mostWaiting()).isEqualTo(3); // of which each takes a little more
            camera.tryEmitNext(new byte[5 * megabyte]);
            world.advance(Duration.ofMillis(10));
            slow.request(10);
            world.advance(Duration.ofSeconds(1));
            assertThat(slow.samples).as("one may always wait").hasSize(2);
            assertThat(slow.samples.get(1).value()).hasSize(5 * megabyte);
            assertThat(slow.samples.get(1).missed()).isEqualTo(20);
        }
    }

    @Test
    void whatComesFasterThanTheNodeLooksIsMissed() throws Exception {
        try (World world = new World()) {
            Sinks.Many<Integer> sensor = Sinks.many().multicast().directBestEffort();
            Pacer<Integer> fast =
                    subscribe(world, Integer.class, Source.of(sensor.asFlux()).dropOldest(5_000));
            fast.request(Long.MAX_VALUE);
            world.advance(Duration.ofMillis(10));
            sensor.tryEmitNext(0);
            Member busy = (Member) Objects.requireNonNull(nodes.get("a")).cluster();
            busy.loop().execute(() -> {
                for (int i = 1; i <= 3_000; i++) {
                    sensor.tryEmitNext(i);
                }
            });
            world.advance(Duration.ofSeconds(5));
            assertThat(stats("a").produced()).isEqualTo(3_001);
            assertThat(fast.samples).hasSizeBetween(1_000, 1_100);
            assertThat(fast.delivered() + fast.missed()).isEqualTo(3_001);
            assertThat(fast.samples)
                    .allSatisfy(sample -> assertThat(sample.value()).isEqualTo((int) sample.sequence() - 1));
        }
    }

    /** The node "a" has a feed, and this is its only subscriber; it asks for one sample ahead. */
    private <T> Pacer<T> subscribe(World world, Class<T> type, Source source) {
        nodes.put(
                "a",
                world.node(
                        "a",
                        World.SMALL,
                        TaskRegistry.builder().source("ground", source).build()));
        Pacer<T> pacer = new Pacer<>(world.client(1).feed("ground", type, FeedOptions.DEFAULTS.withWindow(1)));
        world.advance(Duration.ofMillis(100));
        return pacer;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void nothingIsLostUncountedThoughFramesAreLostRepeatedAndReordered(long seed) throws Exception {
        FaultPlan faults = FaultPlan.seeded(seed)
                .withLoss(0.2)
                .withRepetition(0.2)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(60));
        String why = "seed " + seed;
        Random random = new Random(seed);
        try (World world = new World(faults)) {
            nodes(world, 3);
            Cluster client = world.client(3);
            Pacer<Integer> pacer = new Pacer<>(client.feed("ground", Integer.class, OPTIONS));
            for (int i = 0; i < 200; i++) {
                pacer.request(1 + random.nextInt(20));
                world.advance(Duration.ofMillis(random.nextInt(100)));
                if (nodes.keySet().stream().noneMatch(node -> feeds(node).isEmpty())) {
                    assertBounds(client);
                }
            }
            end.tryEmitEmpty();
            pacer.request(Long.MAX_VALUE);
            world.advance(Duration.ofSeconds(20));
            Map<String, List<Sample<Integer>>> parts = byNode(pacer.samples);
            assertThat(parts).as(why).hasSize(3);
            parts.forEach((node, part) -> {
                assertGapless(why + " " + node, part);
                assertThat(accounted(part)).as(why + " " + node).isEqualTo(given.get(node));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aSubscriberThatIsKilledAndRestartedGoesOnWithoutARepeat(long seed) throws Exception {
        String why = "seed " + seed;
        Random random = new Random(seed);
        try (World world = new World()) {
            nodes(world, 3);
            List<Sample<Integer>> samples = new ArrayList<>();
            Map<String, Position> positions = new HashMap<>();
            int lives = 6;
            for (int life = 1; life <= lives; life++) {
                Cluster client = world.connect("subscriber");
                world.await(() -> World.active(client) == 3, Duration.ofSeconds(2));
                Pacer<Integer> pacer =
                        new Pacer<>(client.feed("ground", Integer.class, OPTIONS.resumeAfter(Map.copyOf(positions))));
                int before = samples.size();
                for (int i = 0; i < 20; i++) {
                    pacer.request(1 + random.nextInt(30));
                    world.advance(Duration.ofMillis(random.nextInt(100)));
                }
                world.advance(Duration.ofSeconds(1));
                if (life == lives) {
                    end.tryEmitEmpty();
                    pacer.request(Long.MAX_VALUE);
                    world.advance(Duration.ofSeconds(5));
                }
                samples.addAll(pacer.samples);
                assertThat(byNode(pacer.samples)).as(why + " life " + life).hasSize(3);
                assertThat(samples.size()).isGreaterThan(before + 20);
                pacer.samples.forEach(sample -> positions.put(sample.node(), sample.position()));
                world.network.vanish("subscriber");
                world.advance(Duration.ofMillis(random.nextInt(12_000)));
                client.close();
            }
            byNode(samples).forEach((node, part) -> {
                assertGapless(why + " " + node, part);
                assertThat(accounted(part)).as(why + " " + node).isEqualTo(given.get(node));
            });
        }
    }
}
