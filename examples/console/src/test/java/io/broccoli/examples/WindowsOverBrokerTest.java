package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.Mosquitto;
import io.broccoli.window.EventFeed;
import io.broccoli.window.EventStage;
import io.broccoli.window.EventTime;
import io.broccoli.window.LateSample;
import io.broccoli.window.Window;
import io.broccoli.window.WindowResult;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Windows over the event time of boards and JVM nodes, over a real broker, while things break. */
@Tag("brokers")
@DisabledIfSystemProperty(named = "firmware.skip", matches = "true")
class WindowsOverBrokerTest {

    private static final int BOARDS = 8;
    private static final int NODES = 4;
    private static final Duration SIZE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Each so many readings one is of the past, beyond the disorder: its window has fired, unless something holds the watermark. */
    private static final int OLD = 25;

    private static final Duration PAST = Duration.ofSeconds(5);

    /** A sensor whose board has a clock that is 5 % too fast on two of the boards. */
    private static final String SENSOR = """
            from broccoli import feeds, node, source

            _real = feeds.clock
            _began = _real()[0]

            def _fast():
                ms, error = _real()
                return ms + (ms - _began) // 20, error

            if node.current.name in ("board-1", "board-2"):
                feeds.clock = _fast

            _reads = 0

            @source(every_ms=50, policy="drop_oldest")
            def reading():
                global _reads
                _reads += 1
                return _reads
            """;

    /** The sensor's life. */
    private record Life(String node, long epoch) {}

    private record Key(String node, Instant start) {}

    private final Queue<WindowResult<String, List<Sample<Integer>>>> results = new ConcurrentLinkedQueue<>();
    private final Queue<LateSample<Sample<Integer>>> late = new ConcurrentLinkedQueue<>();
    private final Queue<Object> happened = new ConcurrentLinkedQueue<>(); // samples and results, as they came
    private final Queue<Sample<Integer>> open =
            new ConcurrentLinkedQueue<>(); // in windows that had not fired at the end
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    void windowsAreThoseOfTheSamplesAndEachReadingIsAccountedFor(@TempDir Path folder) throws Exception {
        Mosquitto.assumeInstalled();
        Path sensor = Files.writeString(folder.resolve("sensor.py"), SENSOR);
        List<Node> nodes = new ArrayList<>();
        try (BrokerProcess mosquitto = Mosquitto.open()) {
            URI broker = URI.create("mqtt://127.0.0.1:" + mosquitto.port());
            ClusterOptions options = ClusterOptions.of(broker.toString()).withCluster("windows");
            try (Boards boards = TestBoards.start(broker, "windows", BOARDS, "--tasks", sensor.toString());
                    Cluster cluster = Cluster.connect(options.withMember("reader"))) {
                IntStream.rangeClosed(1, NODES).forEach(i -> nodes.add(node(options.withMember("node-" + i))));
                cluster.awaitNodes(BOARDS + NODES, SOON).block();
                Disposable reading = read(cluster);
                seconds(8);
                boards.command("kill board-3");
                boards.command("cut board-4");
                seconds(3);
                boards.command("start board-3");
                seconds(9);
                mosquitto.stop();
                seconds(3);
                mosquitto.start();
                seconds(20);
                nodes.remove(0).close();
                nodes.add(node(options.withMember("node-1")));
                seconds(25);
                boards.command("mend board-4"); // after a minute
                seconds(15);
                reading.dispose();
            } finally {
                nodes.forEach(Node::close);
            }
        }
        assertThat(failures).isEmpty();
        checkWindows();
        checkLate();
        checkReadings();
    }

    private static void seconds(long count) throws InterruptedException {
        TimeUnit.SECONDS.sleep(count); // in which the world goes on: real boards, a real broker
    }

    private static Node node(ClusterOptions member) {
        AtomicInteger reads = new AtomicInteger();
        Flux<Integer> readings = Flux.interval(Duration.ofMillis(20)).map(tick -> reads.incrementAndGet());
        return Node.start(
                member,
                NodeOptions.DEFAULTS,
                TaskRegistry.builder()
                        .source(
                                "reading",
                                Source.of(readings.onBackpressureDrop()).dropOldest(64))
                        .build());
    }

    private Disposable read(Cluster cluster) {
        EventStage<Sample<Integer>, WindowResult<String, List<Sample<Integer>>>> windows =
                EventTime.<Integer>ofSamples()
                        .withTime(sample -> {
                            happened.add(sample);
                            return time(sample);
                        })
                        .keyedBy(Sample::node)
                        .withDisorder(Duration.ofMillis(500))
                        .withIdle(Duration.ofSeconds(5))
                        .windows(Window.ofEvents(SIZE));
        windows.late().subscribe(late::add, failures::add);
        return EventFeed.of(cluster, "reading", Integer.class)
                .with(FeedOptions.DEFAULTS.skipFailures((node, failure) -> {}))
                .through(windows)
                .contextWrite(this::withOpen)
                .subscribe(
                        result -> {
                            happened.add(result);
                            results.add(result);
                        },
                        failures::add);
    }

    private static Instant time(Sample<Integer> sample) {
        return sample.sequence() % OLD == 0 ? sample.time().minus(PAST) : sample.time();
    }

    @SuppressWarnings("unchecked") // the stage holds nothing else
    private Context withOpen(Context context) {
        return Operators.enableOnDiscard(context, held -> open.add((Sample<Integer>) held));
    }

    /** Each window is there once, and has all samples of its time but the late ones. */
    private void checkWindows() {
        Map<Key, List<Sample<Integer>>> expected = new HashMap<>();
        Map<Key, List<Sample<Integer>>> actual = new HashMap<>();
        for (WindowResult<String, List<Sample<Integer>>> each : results) {
            assertThat(each.revision()).isZero();
            assertThat(each.early()).isFalse();
            assertThat(Duration.between(each.start(), each.end())).isEqualTo(SIZE);
            assertThat(actual.put(new Key(each.key(), each.start()), each.value()))
                    .isNull();
            each.value().forEach(sample -> expected.computeIfAbsent(key(sample), key -> new ArrayList<>())
                    .add(sample));
        }
        assertThat(actual).isEqualTo(expected);
        open.forEach(sample -> assertThat(actual).doesNotContainKey(key(sample)));
        assertThat(actual.keySet().stream().map(Key::node).distinct()).hasSize(BOARDS + NODES);
    }

    /** Those are late whose window was over when they came, and no others; of the past there are many. */
    private void checkLate() {
        Set<Sample<Integer>> lateOnes = new HashSet<>();
        for (LateSample<Sample<Integer>> each : late) {
            lateOnes.add(each.element());
            assertThat(each.watermark())
                    .as("what %s missed", each.element())
                    .isAfterOrEqualTo(key(each.element()).start().plus(SIZE));
        }
        assertThat(lateOnes).hasSameSizeAs(late);
        Instant fired = Instant.MIN;
        for (Object each : happened) {
            if (each instanceof WindowResult<?, ?> result) {
                fired = result.end().isAfter(fired) ? result.end() : fired;
            } else {
                Sample<Integer> sample = sample(each);
                if (!lateOnes.contains(sample)) {
                    assertThat(fired)
                            .as("when %s came", sample)
                            .isBefore(key(sample).start().plus(SIZE));
                }
            }
        }
        // About a thousand readings are of the past. While the board that was cut off holds the watermark, they are in
        // time.
        assertThat(late).hasSizeGreaterThan(50);
        assertThat(lateOnes.stream().map(Sample::node).distinct().count()).isGreaterThan(NODES);
    }

    @SuppressWarnings("unchecked") // only samples and results are noted
    private static Sample<Integer> sample(Object noted) {
        return (Sample<Integer>) noted;
    }

    private static Key key(Sample<Integer> sample) {
        long millis = time(sample).toEpochMilli();
        return new Key(sample.node(), Instant.ofEpochMilli(millis - Math.floorMod(millis, SIZE.toMillis())));
    }

    /** In each life of a sensor: produced = used + late + missed, from its first sample to its last. */
    private void checkReadings() {
        Map<Life, List<Sample<Integer>>> lives = new HashMap<>();
        List<Sample<Integer>> all = new ArrayList<>(open);
        late.forEach(each -> all.add(each.element()));
        results.forEach(each -> all.addAll(each.value()));
        all.forEach(each -> lives.computeIfAbsent(new Life(each.node(), each.epoch()), key -> new ArrayList<>())
                .add(each));
        lives.forEach((life, samples) -> {
            samples.sort(Comparator.comparingLong(Sample::sequence));
            for (int i = 1; i < samples.size(); i++) {
                Sample<Integer> before = samples.get(i - 1);
                Sample<Integer> sample = samples.get(i);
                assertThat(sample.sequence() - before.sequence())
                        .as("readings of %s from %s to %s", life, before, sample)
                        .isEqualTo(sample.missed() + sample.used());
            }
        });
        for (String restarted : List.of("board-3", "node-1")) {
            assertThat(lives.keySet())
                    .filteredOn(life -> life.node().equals(restarted))
                    .hasSize(2);
        }
        long missed = all.stream().mapToLong(Sample::missed).sum();
        assertThat(missed)
                .as("readings that were dropped: some in the outage of the broker, none while others were waited for")
                .isLessThan(all.size() / 4);
        System.out.printf(
                "%d windows, %d samples, %d late, %d in open windows, %d missed%n",
                results.size(), all.size(), late.size(), open.size(), missed);
    }
}
