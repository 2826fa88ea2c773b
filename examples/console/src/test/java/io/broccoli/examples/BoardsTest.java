package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Position;
import io.broccoli.feed.Sample;
import io.broccoli.feed.View;
import io.broccoli.feed.ViewFold;
import io.broccoli.node.Node;
import io.broccoli.route.Router;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** Two boards and a node of the JVM, each of which has the others work. */
@DisabledIfSystemProperty(named = "firmware.skip", matches = "true", disabledReason = "boards are left out")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BoardsTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String CLUSTER = "boards";

    private Boards boards;
    private Node node;
    private Cluster client;
    private Canvas canvas;

    @BeforeAll
    void start() throws Exception {
        URI broker = URI.create(TestBroker.uri());
        boards = TestBoards.start(broker, CLUSTER, 2, "--tasks", "examples/fanout.py");
        node = TestBroker.nodes(broker, CLUSTER, 1).get(0);
        client = Cluster.connect(ClusterOptions.of(broker.toString()).withCluster(CLUSTER));
        client.awaitNodes(3, BOUND).block();
        canvas = Canvas.on(client).withTimeout(BOUND);
    }

    @AfterAll
    void stop() {
        client.close();
        node.close();
        boards.close();
    }

    @Test
    void aTaskOfABoardAsksEachOtherNodeByItsName() {
        Object answers = canvas.run(Task.of("ask_all").s(41, 2)).block(BOUND);
        assertThat(answers).isIn(Map.of("board-1", 42, "node-1", 42), Map.of("board-2", 42, "node-1", 42));
    }

    @Test
    void whatTravelsIsTheSameOnABoardAsOnTheJvm() {
        List<Object> values = List.of(
                Long.MIN_VALUE,
                new BigInteger("18446744073709551615"),
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                "gr\u00fcn \ud83c\udf31",
                new byte[] {0, -1},
                new int[] {1, 2},
                Set.of(3),
                Map.of("a", List.of(true, 0.5)),
                DayOfWeek.MONDAY,
                Optional.of(4),
                Instant.parse("2026-05-04T12:00:00.5Z"),
                ZonedDateTime.parse("2026-05-04T14:00:00+02:00[Europe/Berlin]"),
                Duration.ofMillis(1_500),
                new UUID(1, 2),
                new BigDecimal("0.10"),
                new Sample<>("n", 1, 2, 0, Instant.EPOCH, 21.5));
        PayloadCodec codec = new MessagePackPayloadCodec();
        for (Object value : values) {
            Object plain = codec.decode(codec.encode(value), Object.class);
            for (String member : List.of("board-1", "board-2", "node-1")) {
                Canvas there = canvas.routedBy(Router.toNode(member));
                assertThat(there.run(Task.of("identity").s(value)).block(BOUND))
                        .as("%s at %s", value, member)
                        .isEqualTo(plain);
            }
        }
    }

    @Test
    void boardsThatComplainMuchWorkOn() throws Exception {
        URI broker = URI.create(TestBroker.uri());
        String cluster = "loud";
        try (Boards loud = TestBoards.start(broker, cluster, 1, Map.of("NODE_DEBUG", "net,stream,timer"));
                Cluster asker =
                        Cluster.connect(ClusterOptions.of(broker.toString()).withCluster(cluster))) {
            asker.awaitNodes(1, BOUND).block();
            List<Integer> sums = Flux.range(0, 500) // says more of each than a pipe holds
                    .transform(Canvas.on(asker).withTimeout(BOUND).map(Task.of("neg", Integer.class)))
                    .collectList()
                    .block(BOUND);
            assertThat(sums).hasSize(500);
            assertThat(loud.isOver()).isFalse();
        }
    }

    @Test
    void aTaskOfABoardFansOutToBoardsAndTheJvm() {
        long before = node.stats().succeeded();
        Object results = canvas.run(Task.of("spread").s(40)).block(BOUND);
        assertThat(results).isEqualTo(IntStream.range(0, 40).boxed().toList());
        assertThat(node.stats().succeeded()).isGreaterThan(before);
    }

    @Test
    void aGeneratorOfABoardIsAStream() {
        Task<Integer> count = Task.of("count", Integer.class);
        List<Integer> items = canvas.stream(count.s(200)).collectList().block(BOUND);
        assertThat(items).isEqualTo(IntStream.range(0, 200).boxed().toList());
        assertThat(canvas.stream(count.s(1_000_000_000)).take(5).collectList().block(BOUND))
                .containsExactly(0, 1, 2, 3, 4);
    }

    private List<Sample<Integer>> take(Flux<Sample<Integer>> feed, int count) {
        return Objects.requireNonNull(feed.take(count).collectList().block(BOUND));
    }

    /** Each is the next of its source, but for those that it says were missed; its value is how often the board has read. */
    private static void assertExact(List<Sample<Integer>> samples) {
        for (int i = 0; i < samples.size(); i++) {
            Sample<Integer> sample = samples.get(i);
            assertThat((long) Objects.requireNonNull(sample.value())).isEqualTo(sample.sequence());
            if (i > 0) {
                assertThat(sample.sequence()).isEqualTo(samples.get(i - 1).sequence() + sample.missed() + 1);
                assertThat(sample.epoch()).isEqualTo(samples.get(i - 1).epoch());
            }
        }
    }

    @Test
    void aSourceIsAFeedOverAllBoardsThatHaveIt() {
        Map<String, List<Sample<Integer>>> parts =
                take(client.feed("reading", Integer.class), 60).stream().collect(Collectors.groupingBy(Sample::node));
        assertThat(parts).containsOnlyKeys("board-1", "board-2");
        parts.values().forEach(BoardsTest::assertExact);
    }

    @Test
    void aSlowSubscriberIsToldWhatItMissedAndAnotherOneMissesNothing() {
        FeedOptions one = FeedOptions.DEFAULTS.fromNodes("board-1");
        Flux<Sample<Integer>> slow = client.feed("reading", Integer.class, one.withWindow(1))
                .concatMap(sample -> Mono.just(sample).delayElement(Duration.ofMillis(200)), 1);
        Flux<Sample<Integer>> fast = client.feed("reading", Integer.class, one);
        Mono<List<Sample<Integer>>> few = slow.take(8).collectList();
        Mono<List<Sample<Integer>>> many = fast.take(60).collectList();
        Tuple2<List<Sample<Integer>>, List<Sample<Integer>>> both =
                Objects.requireNonNull(Mono.zip(few, many).block(BOUND));
        assertExact(both.getT1());
        assertExact(both.getT2());
        assertThat(both.getT1())
                .anySatisfy(sample -> assertThat(sample.missed()).isPositive());
    }

    @Test
    void aSubscriberThatComesBackGoesOnWithoutARepeat() {
        FeedOptions one = FeedOptions.DEFAULTS.fromNodes("board-2");
        List<Sample<Integer>> all = new ArrayList<>(take(client.feed("reading", Integer.class, one), 10));
        Position last = all.get(all.size() - 1).position();
        all.addAll(take(client.feed("reading", Integer.class, one.resumeAfter(Map.of("board-2", last))), 10));
        assertExact(all);
    }

    @Test
    void eachBoardTellsHowItIsWithoutAnyModule() {
        List<Sample<Object>> samples = Objects.requireNonNull(client.feed("board")
                .distinct(Sample::node)
                .take(2)
                .collectList()
                .block(BOUND));
        assertThat(samples).extracting(Sample::node).containsExactlyInAnyOrder("board-1", "board-2");
        assertThat(samples).allSatisfy(sample -> assertThat(sample.value())
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("reset", "pwron")
                .containsKeys("uptime", "free"));
    }

    @Test
    void aBoardWorksOnItsReadingsAndSendsResultsOnly() {
        FeedOptions tens = FeedOptions.DEFAULTS
                .fromNodes("board-1")
                .withView(View.ALL.mapBy("neg").map("value * 2").window(10, ViewFold.MEAN));
        List<Sample<Double>> means = Objects.requireNonNull(
                client.feed("reading", Double.class, tens).take(4).collectList().block(BOUND));
        for (Sample<Double> mean : means.subList(1, 4)) {
            assertThat(mean.sequence() % 10).isZero();
            assertThat(mean.used() + mean.missed()).isEqualTo(10);
            assertThat(mean.value()).isEqualTo(-2.0 * (mean.sequence() - (mean.used() - 1) / 2.0));
        }
        FeedOptions unknown = tens.withView(View.ALL.every(2).mapBy("nobody"));
        assertThatThrownBy(() -> client.feed("reading", Double.class, unknown).blockFirst(BOUND))
                .isInstanceOfSatisfying(TaskException.class, failed -> {
                    assertThat(failed.failure().kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
                    assertThat(failed.failure().node()).isEqualTo("board-1");
                    assertThat(failed.failure().step()).isEqualTo(2);
                });
    }

    @Test
    void aSourceThatRunsNoViewsIsWorkedOnByItsSubscriber() {
        FeedOptions up = FeedOptions.DEFAULTS.withView(
                View.ALL.filter("value.reset == 'pwron' and value.free > 0").map("value.uptime >= 0"));
        Sample<Boolean> first =
                Objects.requireNonNull(client.feed("board", Boolean.class, up).blockFirst(BOUND));
        assertThat(first.value()).isTrue();
        FeedOptions calls = FeedOptions.DEFAULTS.withView(View.ALL.mapBy("neg"));
        assertThatThrownBy(() -> client.feed("board", Object.class, calls).blockFirst(BOUND))
                .hasMessageContaining("runs no views");
    }

    /** A cancel that came just when a sample was due was lost, and the subscriber kept its place for ever. */
    @Test
    void aBoardForgetsSubscribersThatLeaveAtAnyMoment() {
        FeedOptions one = FeedOptions.DEFAULTS.fromNodes("board-1");
        Flux.range(0, 200)
                .concatMap(i -> client.feed("reading", Integer.class, one)
                        .take(1)
                        .delayUntil(sample -> Mono.delay(Duration.ofMillis(i % 20))))
                .blockLast(BOUND);
    }

    @Test
    void aBoardServesSoManySubscribers() {
        FeedOptions one = FeedOptions.DEFAULTS.fromNodes("board-1");
        List<Disposable> eight = IntStream.range(0, 8)
                .mapToObj(i -> client.feed("reading", Integer.class, one).subscribe(sample -> {}, failed -> {}))
                .toList();
        try {
            assertThatThrownBy(() -> Flux.range(0, 50)
                            .concatMap(i ->
                                    client.feed("reading", Integer.class, one).take(1))
                            .blockLast(BOUND))
                    .hasMessageContaining("8 subscribers, as many as it may");
            assertThat(canvas.run(Task.of("add").s(4, 4)).block(BOUND)).isEqualTo(8); // they take no places
        } finally {
            eight.forEach(Disposable::dispose);
        }
    }
}
