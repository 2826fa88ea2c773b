package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.feed.FeedStats;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.perf.process.ChildProcess;
import io.broccoli.task.TaskRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A process that takes ten samples in a second of twelve feeds that could give a thousand each dies by SIGKILL, and goes on in
 * another one: no sample comes twice, and none is missing that was not counted.
 */
@Tag("brokers")
class KilledSubscriberTest {

    private static final long SEED = Long.getLong("broccoli.seed", 20240101);
    private static final int NODES = 12;
    private static final int KEPT = 64;
    private static final int PAUSE = 100; // milliseconds for a sample
    private static final Duration SOON = Duration.ofSeconds(30);

    /** What a subscriber had of one node, in the order in which it came. */
    private record Taken(long epoch, long sequence, long missed) {}

    private final Sinks.Empty<Void> end = Sinks.empty();
    private final Map<String, LongAdder> given = new ConcurrentHashMap<>();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, List<Taken>> taken = new ConcurrentHashMap<>(); // over all lives
    private final List<String> failures = new ArrayList<>();

    @Test
    void goesOnWithoutARepeat() throws Exception {
        run(3, 3_000);
    }

    @Test
    @Tag("soak")
    void goesOnWithoutARepeatForAMinute() throws Exception {
        run(12, 5_000);
    }

    private void run(int lives, int longestLife) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (RealCluster real = RealCluster.start()) {
            for (int i = 0; i < NODES; i++) {
                String name = "node-" + i;
                nodes.put(name, real.with(node(real, name, i % 3)));
            }
            for (int life = 0; life < lives; life++) {
                int before = count();
                ChildProcess subscriber = subscriber(real, PAUSE);
                Thread reader = read(subscriber);
                Awaitility.await().atMost(SOON).until(() -> count() >= before + NODES);
                Mono.delay(Duration.ofMillis(random.nextInt(longestLife))).block();
                subscriber.kill();
                reader.join();
                assertBounds();
            }
            Thread reader = read(subscriber(real, 1));
            int before = count();
            Awaitility.await().atMost(SOON).until(() -> count() > before + 10 * NODES);
            end.tryEmitEmpty();
            Awaitility.await().atMost(SOON).untilAsserted(this::assertAccount);
            assertBounds();
            assertThat(failures).isEmpty();
            System.out.printf(
                    "killed subscriber, seed %d: %d kills, %d samples given, %d delivered, %d missed%n",
                    SEED,
                    lives,
                    given.values().stream().mapToLong(LongAdder::sum).sum(),
                    count(),
                    nodes.keySet().stream().mapToLong(this::missed).sum());
            assertThat(reader.isAlive()).isTrue();
        }
    }

    private Node node(RealCluster real, String name, int kind) {
        Flux<Integer> ticks = counted(
                name, Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().map(Long::intValue));
        Flux<Integer> asked = counted(
                name,
                Flux.range(0, Integer.MAX_VALUE)
                        .concatMap(i -> Mono.delay(Duration.ofMillis(1)).thenReturn(i), 1));
        Source source =
                switch (kind) {
                    case 0 -> Source.of(ticks).dropOldest(KEPT);
                    case 1 -> Source.of(ticks).latest();
                    default -> Source.of(asked);
                };
        return Node.start(
                real.options(name),
                NodeOptions.DEFAULTS.withWorkers(1).withQueue(4),
                TaskRegistry.builder().source("ground", source).build());
    }

    private Flux<Integer> counted(String node, Flux<Integer> samples) {
        LongAdder count = given.computeIfAbsent(node, name -> new LongAdder());
        return samples.takeUntilOther(end.asMono()).doOnNext(sample -> count.increment());
    }

    private ChildProcess subscriber(RealCluster real, int pause) throws IOException {
        List<String> args = new ArrayList<>(List.of(Integer.toString(NODES), Integer.toString(pause)));
        taken.forEach((node, part) -> {
            Taken last = part.get(part.size() - 1);
            args.add(node + "," + last.epoch() + "," + last.sequence());
        });
        return real.process(SubscriberMain.class, List.of(), args);
    }

    /** Notes what a subscriber says until it is dead. */
    private Thread read(ChildProcess subscriber) {
        Thread reader = new Thread(() -> {
            try {
                while (true) {
                    String line = subscriber.nextLine();
                    String[] parts = line.split(" ");
                    if (parts.length == 6 && parts[0].equals("sample")) {
                        taken.computeIfAbsent(parts[1], node -> Collections.synchronizedList(new ArrayList<>()))
                                .add(new Taken(
                                        Long.parseLong(parts[2]), Long.parseLong(parts[3]), Long.parseLong(parts[4])));
                    } else if (parts[0].equals("failed")) {
                        failures.add(line);
                    }
                }
            } catch (IOException dead) {
                // as it should be
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    private int count() {
        return taken.values().stream().mapToInt(List::size).sum();
    }

    private long missed(String node) {
        return taken.getOrDefault(node, List.of()).stream()
                .mapToLong(Taken::missed)
                .sum();
    }

    private FeedStats stats(String node) {
        return Objects.requireNonNull(nodes.get(node)).stats().feeds().get(0);
    }

    private void assertBounds() {
        nodes.keySet().forEach(node -> {
            FeedStats stats = stats(node);
            assertThat(stats.mostWaiting()).as(node).isLessThanOrEqualTo(KEPT);
            assertThat(stats.mostUnconfirmed()).as(node).isLessThanOrEqualTo(SubscriberMain.WINDOW);
        });
    }

    /** Each that was given came once, or is counted as missed behind the one before: also from one life to the next. */
    private void assertAccount() {
        assertThat(taken.keySet()).isEqualTo(nodes.keySet());
        taken.forEach((node, part) -> {
            long last = 0;
            for (Taken sample : List.copyOf(part)) {
                assertThat(sample.sequence() - sample.missed() - 1)
                        .as("%s, seed %d: %s", node, SEED, sample)
                        .isEqualTo(last);
                last = sample.sequence();
            }
            assertThat(last)
                    .as("%s, seed %d", node, SEED)
                    .isEqualTo(Objects.requireNonNull(given.get(node)).sum());
        });
    }
}
