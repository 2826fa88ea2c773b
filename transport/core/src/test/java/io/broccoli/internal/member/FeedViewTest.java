package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.feed.View;
import io.broccoli.feed.ViewFold;
import io.broccoli.node.Node;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work at the source: views run on the node that has the readings, and account for each of them. */
class FeedViewTest extends FeedScene {

    private static FeedOptions with(Function<View, View> steps) {
        return OPTIONS.withView(steps.apply(View.ALL));
    }

    private static long accounted(List<? extends Sample<?>> some) {
        return some.stream().mapToLong(each -> each.used() + each.missed()).sum();
    }

    @Test
    void aFilterAndAMapRunOnTheNodeAndCountTheReadingsThatTheyUsed() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            List<Sample<Double>> got = new ArrayList<>();
            client.feed("count", Double.class, with(view -> view.filter("value % 10 == 3 or value == 5")
                            .map("value / 2")))
                    .take(5)
                    .subscribe(got::add, errors::add);
            world.advance(SOON);
            assertThat(errors).isEmpty();
            assertThat(got).extracting(Sample::value).containsExactly(1.5, 2.5, 6.5, 11.5, 16.5);
            assertThat(sequences(got)).containsExactly(3L, 5L, 13L, 23L, 33L);
            assertThat(got).extracting(Sample::used).containsExactly(3L, 2L, 8L, 10L, 10L);
            assertThat(got).allSatisfy(each -> assertThat(each.missed()).isZero());
        }
    }

    @Test
    void theMeanOfTenSecondsCostsAFiftiethOfTheBytesAndIsEqual() throws Exception {
        long plain = bytes(OPTIONS, false);
        List<Sample<Integer>> readings = List.copyOf(samples);
        samples.clear();
        List<Sample<Double>> means = new ArrayList<>();
        long viewed = bytes(with(view -> view.window(Duration.ofSeconds(10), ViewFold.MEAN)), true, means);
        assertThat(means).hasSizeGreaterThan(4);
        for (Sample<Double> mean : means) {
            double expected = readings.stream()
                    .filter(each ->
                            each.sequence() > mean.sequence() - mean.used() && each.sequence() <= mean.sequence())
                    .mapToInt(each -> java.util.Objects.requireNonNull(each.value()))
                    .average()
                    .orElseThrow();
            assertThat(mean.value()).isEqualTo(expected);
        }
        assertThat(means.subList(1, means.size()))
                .allSatisfy(each -> assertThat(each.used()).isEqualTo(1000));
        assertThat(viewed * 50).as(plain + " bytes of readings").isLessThanOrEqualTo(plain);
    }

    private long bytes(FeedOptions options, boolean viewed) throws Exception {
        return bytes(options, viewed, new ArrayList<>());
    }

    /** What a minute of a sensor of 100 readings a second costs in frames of all kinds and both directions. */
    private long bytes(FeedOptions options, boolean viewed, List<Sample<Double>> means) throws Exception {
        errors.clear();
        try (World world = new World()) {
            node(
                    world,
                    "a",
                    Source.of(Flux.interval(Duration.ofMillis(10), world.time).map(Long::intValue))
                            .latest());
            Cluster client = world.client(1);
            if (viewed) {
                client.feed("count", Double.class, options).subscribe(means::add, errors::add);
            } else {
                subscribe(client, options);
            }
            world.advance(Duration.ofSeconds(3));
            long before = sent(world);
            world.advance(Duration.ofMinutes(1));
            assertThat(errors).isEmpty();
            return sent(world) - before;
        }
    }

    private static long sent(World world) {
        return world.network.stats().total().bytes();
    }

    @Test
    void twoSubscribersOfOneViewShareItsComputationAndItsPanes() throws Exception {
        try (World world = new World()) {
            List<Integer> called = new ArrayList<>();
            TaskRegistry tasks = tasks().source("count", Source.of(ticks(world)).dropOldest(64))
                    .task("twice", "x", Integer.class, x -> {
                        called.add(x);
                        return 2 * x;
                    })
                    .build();
            world.node("a", World.SMALL, tasks);
            Cluster client = world.client(1);
            FeedOptions options = with(view -> view.mapBy("twice").window(100, ViewFold.SUM));
            subscribe(client, options);
            world.advance(Duration.ofMillis(250));
            Pacer<Integer> other = new Pacer<>(client.feed("count", Integer.class, options));
            other.request(1000);
            world.advance(Duration.ofMillis(500));
            assertThat(called).doesNotHaveDuplicates();
            assertThat(samples).hasSizeGreaterThan(5);
            assertThat(samples).allSatisfy(each -> {
                assertThat(each.sequence() % 100).isZero();
                assertThat(each.used()).isEqualTo(100);
                int last = (int) each.sequence();
                assertThat(each.value()).isEqualTo(2 * (100 * last - 4950));
            });
            assertThat(other.samples).isNotEmpty();
            assertThat(samples).containsAll(other.samples);
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void panesOfTimeAreAlignedToTheNodesClockAndEndThoughNothingCame() throws Exception {
        try (World world = new World()) {
            Sinks.Many<Integer> sensor = Sinks.many().multicast().directBestEffort();
            node(world, "a", Source.of(sensor.asFlux()).dropOldest(8));
            Cluster client = world.client(1);
            subscribe(client, with(view -> view.window(Duration.ofSeconds(1), ViewFold.COUNT)));
            world.advance(SOON);
            long into = world.time.now(TimeUnit.MILLISECONDS) % 1000;
            world.advance(Duration.ofMillis(1500 - into));
            sensor.tryEmitNext(1);
            world.advance(Duration.ofMillis(300));
            sensor.tryEmitNext(2);
            world.advance(Duration.ofMillis(190));
            assertThat(samples).isEmpty();
            world.advance(Duration.ofMillis(150));
            assertThat(samples).singleElement().satisfies(each -> {
                assertThat(each.value()).isEqualTo(2);
                assertThat(each.sequence()).isEqualTo(2);
                assertThat(each.time().toEpochMilli() % 1000).isEqualTo(800);
            });
            sensor.tryEmitNext(3);
            sensor.tryEmitComplete();
            world.advance(SOON);
            assertThat(samples).hasSize(2);
            assertThat(samples.get(1).value()).isEqualTo(1);
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void aViewThatPassesNothingSendsMarksToWhoWantsThem() throws Exception {
        try (World world = new World()) {
            node(
                    world,
                    "a",
                    Source.of(Flux.interval(Duration.ofMillis(10), world.time)).latest());
            Cluster client = world.client(1);
            FeedOptions nothing = with(view -> view.filter("value < 0"));
            subscribe(client, nothing);
            Pacer<Object> marked = new Pacer<>(client.feed("count", Object.class, nothing.withMarks()));
            marked.request(1000);
            world.advance(Duration.ofSeconds(21));
            assertThat(samples).isEmpty();
            assertThat(marked.samples).hasSizeBetween(3, 4).allSatisfy(mark -> {
                assertThat(mark.isMark()).isTrue();
                assertThat(mark.value()).isNull();
                assertThat(mark.missed()).isZero();
                assertThat(mark.sequence()).isZero();
            });
            assertThat(marked.samples.get(2).time())
                    .isAfter(marked.samples.get(1).time().plusSeconds(4));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0})
    void whatTheSensorGaveIsWhatTheViewUsedAndMissedThoughFramesAreLost(long given) throws Exception {
        long seed = given == 0
                ? Long.getLong("broccoli.seed", ThreadLocalRandom.current().nextLong())
                : given;
        FaultPlan plan = FaultPlan.seeded(seed)
                .withDelay(Duration.ofMillis(1))
                .withLoss(0.05)
                .withRepetition(0.05);
        try (World world = new World(plan)) {
            Sinks.Empty<Void> end = Sinks.empty();
            Node node = node(
                    world,
                    "a",
                    Source.of(ticks(world).takeUntilOther(end.asMono())).dropOldest(4));
            Cluster client = world.client(1);
            Pacer<Integer> slow = new Pacer<>(client.feed(
                    "count",
                    Integer.class,
                    with(view -> view.filter("value % 3 == 0").every(4)).withWindow(2)));
            for (int i = 0; i < 60; i++) {
                slow.request(1 + (i % 7 == 0 ? 20 : 0));
                world.advance(Duration.ofMillis(50));
            }
            slow.request(10_000);
            world.advance(SOON);
            end.tryEmitEmpty();
            world.advance(Duration.ofSeconds(20));
            Sample<Integer> last = slow.samples.get(slow.samples.size() - 1);
            assertThat(slow.samples)
                    .as("seed " + seed)
                    .hasSizeGreaterThan(5); // a frame that is lost is repeated after a second
            assertThat(accounted(slow.samples)).as("seed " + seed).isEqualTo(last.sequence());
            assertThat(slow.missed()).as("it was slow, seed " + seed).isPositive();
            assertThat(stats(node).produced() - last.sequence())
                    .as("the rest, seed " + seed)
                    .isBetween(0L, 8L);
            assertThat(slow.samples)
                    .allSatisfy(each -> assertThat(each.sequence() % 3).isZero());
        }
    }

    @Test
    void aSourceThatSlowsDownGivesAViewNoMoreThanItsSubscribersTake() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            Pacer<Integer> slow = new Pacer<>(client.feed(
                    "count",
                    Integer.class,
                    with(view -> view.window(10, ViewFold.LAST)).withWindow(1)));
            slow.request(3);
            world.advance(SOON);
            assertThat(sequences(slow.samples)).containsExactly(10L, 20L, 30L);
            assertThat(requested).isLessThanOrEqualTo(60);
            slow.request(20);
            world.advance(SOON);
            assertThat(slow.samples).hasSize(23);
            assertThat(slow.missed()).isZero();
            assertThat(accounted(slow.samples)).isEqualTo(230);
            slow.cancel();
            world.advance(SOON);
            assertThat(stats(node).subscribers()).isZero();
            assertThat(cancelled).isEqualTo(1);
        }
    }

    @Test
    void theOthersOfAViewGoOnWhenTheSlowestOfThemLeaves() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            FeedOptions options = with(view -> view.map("value + 1")).withWindow(4);
            Pacer<Integer> slow = new Pacer<>(world.client(1).feed("count", Integer.class, options));
            Pacer<Integer> fast = new Pacer<>(world.client(1).feed("count", Integer.class, options));
            slow.request(1);
            fast.request(1_000);
            world.advance(SOON);
            assertThat(fast.samples).as("the source waits for the other one").hasSizeLessThan(1_000);
            slow.cancel();
            world.advance(SOON);
            assertThat(fast.samples).hasSize(1_000);
        }
    }

    @Test
    void whoResumesAViewGoesOnBehindItsPosition() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(ticks(world)).dropOldest(8));
            Cluster client = world.client(1);
            client.feed("count").subscribe(); // the source goes on
            world.advance(Duration.ofMillis(295));
            FeedOptions sums = with(view -> view.window(10, ViewFold.SUM));
            List<Sample<Integer>> before = new ArrayList<>();
            client.feed("count", Integer.class, sums).take(5).subscribe(before::add);
            world.advance(Duration.ofMillis(300));
            assertThat(before).hasSize(5);
            assertThat(before).allSatisfy(each -> assertThat(each.missed()).isZero());
            assertThat(before.get(0).used()).isLessThanOrEqualTo(10);
            Sample<Integer> last = before.get(4);
            client.feed("count", Integer.class, sums.resumeAfter(Map.of("a", last.position())))
                    .take(5)
                    .subscribe(samples::add);
            world.advance(Duration.ofMillis(300));
            assertThat(samples).hasSize(5);
            assertThat(accounted(samples)).isEqualTo(samples.get(4).sequence() - last.sequence());
            assertThat(samples.get(0).missed()).isPositive();
            assertThat(samples.get(1).missed()).isZero();
        }
    }

    // ---- what cannot run

    private TaskOutcome.Failure<?> failure(World world, FeedOptions options) {
        List<Throwable> heard = new ArrayList<>();
        Cluster client = world.client(1);
        client.feed("count", Object.class, options).subscribe(sample -> {}, heard::add);
        world.advance(SOON);
        assertThat(heard).singleElement().isInstanceOf(TaskException.class);
        return ((TaskException) heard.get(0)).failure();
    }

    @Test
    void aViewIsRefusedBeforeItRunsAndTheFailureNamesNodeAndStep() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            TaskOutcome.Failure<?> unknown =
                    failure(world, with(view -> view.filter("value > 0").mapBy("nobody")));
            assertThat(unknown.kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
            assertThat(unknown.node()).isEqualTo("a");
            assertThat(unknown.step()).isEqualTo(2);
            assertThat(unknown.message()).contains("no function nobody");
            TaskOutcome.Failure<?> arity = failure(world, with(view -> view.mapBy("add")));
            assertThat(arity.message()).contains("add() takes 2 arguments, and a view calls it with 1");
            assertThat(requested).as("nothing ran").isZero();
        }
    }

    @Test
    void aStepThatFailsWhileItRunsIsAFailureOfItsNodeAndStep() throws Exception {
        try (World world = new World()) {
            TaskRegistry tasks = tasks().source("count", Source.of(numbers()))
                    .task("picky", "x", Integer.class, x -> {
                        if (x > 5) {
                            throw new IllegalStateException("too much: " + x);
                        }
                        return x;
                    })
                    .task("later", "x", Integer.class, Mono::just)
                    .task("nothing", "x", Object.class, x -> "text")
                    .build();
            world.node("a", World.SMALL, tasks);
            List<Object> got = new ArrayList<>();
            List<Throwable> heard = new ArrayList<>();
            Cluster client = world.client(1);
            client.feed("count", Integer.class, with(view -> view.map("value + 1")
                            .mapBy("picky")))
                    .subscribe(sample -> got.add(sample.value()), heard::add);
            world.advance(SOON);
            assertThat(got).containsExactly(2, 3, 4, 5);
            TaskOutcome.Failure<?> failed = ((TaskException) heard.get(0)).failure();
            assertThat(failed.kind()).isEqualTo(FailureKind.TASK_FAILED);
            assertThat(failed.step()).isEqualTo(2);
            assertThat(failed.node()).isEqualTo("a");
            assertThat(failed.message()).contains("picky() failed: too much: 6");
            assertThat(failed.type()).isEqualTo(IllegalStateException.class.getName());
            assertThat(failure(world, with(view -> view.mapBy("later"))).message())
                    .contains("gives a publisher");
            TaskOutcome.Failure<?> text =
                    failure(world, with(view -> view.mapBy("nothing").map("value * 2")));
            assertThat(text.message()).contains("Step 2 of the view: '*' needs a number, and not text");
        }
    }

    @Test
    void aFoldByFunctionsOfTheNodeIsExact() throws Exception {
        try (World world = new World()) {
            TaskRegistry tasks = tasks().source("count", Source.of(numbers()))
                    .task("none", (context, args) -> List.of(0, 0))
                    .task(
                            "more",
                            "so far",
                            List.class,
                            "x",
                            Integer.class,
                            (soFar, x) -> List.of(
                                    ((Number) ((List<?>) soFar).get(0)).intValue() + x,
                                    ((Number) ((List<?>) soFar).get(1)).intValue() + 1))
                    .task(
                            "mean",
                            "so far",
                            List.class,
                            soFar -> ((Number) ((List<?>) soFar).get(0)).doubleValue()
                                    / ((Number) ((List<?>) soFar).get(1)).doubleValue())
                    .build();
            world.node("a", World.SMALL, tasks);
            List<Object> got = new ArrayList<>();
            Cluster client = world.client(1);
            client.feed("count", Double.class, with(view -> view.window(4, ViewFold.of("none", "more", "mean"))
                            .filter("value > 3")))
                    .take(3)
                    .subscribe(sample -> got.add(List.of(sample.value(), sample.used())), errors::add);
            world.advance(SOON);
            assertThat(errors).isEmpty();
            assertThat(got).containsExactly(List.of(6.5, 8L), List.of(10.5, 4L), List.of(14.5, 4L));
        }
    }

    @Test
    void oneOfEachTenReadingsIsThatOfTheSequence() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            client.feed("count", Integer.class, with(view -> view.every(10)))
                    .take(3)
                    .subscribe(samples::add);
            world.advance(SOON);
            assertThat(sequences(samples)).containsExactly(1L, 11L, 21L);
            assertThat(samples).extracting(Sample::used).containsExactly(1L, 10L, 10L);
        }
    }
}
