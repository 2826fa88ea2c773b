package io.broccoli.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.feed.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Event time steers the credit of feeds: whole members, in virtual time. */
@NullUnmarked
class EventFeedTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private FeedWorld world;

    @BeforeEach
    void begin() {
        world = new FeedWorld();
    }

    @AfterEach
    void end() {
        assertThat(world.errors).isEmpty();
        world.close();
    }

    private static Window.Periodic size(long millis) {
        return Window.ofEvents(Duration.ofMillis(millis));
    }

    @Test
    void replaysOfVeryDifferentRatesAdvanceTogether() {
        long[] rates = {1, 2, 5, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000}; // a second
        int window = 256;
        TreeMap<Long, Long> expected = new TreeMap<>();
        for (long rate : rates) {
            world.node("rate" + rate, Flux.fromStream(() -> LongStream.range(0, rate)
                    .map(i -> i * 1_000 / rate)
                    .boxed()));
            LongStream.range(0, rate).forEach(i -> expected.merge(i * 1_000 / rate / 50 * 50, 1L, Long::sum));
        }
        world.subscribe(
                world.feed().with(FeedOptions.DEFAULTS.withWindow(window)).replayed(),
                world.times().withMostSamples(1_000_000).windows(size(50)));
        long all = LongStream.of(rates).sum();
        world.await(() -> world.stage.stats().samples() == all, MINUTE);
        TreeMap<Long, Long> counted = new TreeMap<>();
        world.results.forEach(
                it -> counted.merge(it.start().toEpochMilli(), (long) it.value().size(), Long::sum));
        expected.remove(950L); // waits for more
        assertThat(counted).isEqualTo(expected);
        assertThat(world.late).isEmpty();
        assertThat(world.stage.stats().mostHeld())
                .as("(size + ahead) x rate and the item windows")
                .isLessThanOrEqualTo(all / 10 + (long) window * rates.length);
    }

    @Test
    void aTightBoundIsNeverExceededAndNothingStops() {
        for (int i = 0; i < 6; i++) {
            world.node("n" + i, FeedWorld.every(1 + 7L * i, 700));
        }
        world.subscribe(
                world.feed().with(FeedOptions.DEFAULTS.withWindow(8)).replayed(),
                world.times().withMostSamples(30).windows(size(200)));
        long all = LongStream.range(0, 6).map(i -> (700 + 7 * i) / (1 + 7 * i)).sum();
        world.await(() -> world.stage.stats().samples() == all, MINUTE);
        assertThat(world.stage.stats().mostHeld()).isLessThanOrEqualTo(30);
        assertThat(world.stage.stats().early()).isPositive();
        assertThat(world.results).anyMatch(WindowResult::early);
        world.advance(Duration.ofSeconds(1));
        assertThat(world.seen().size() + world.stage.stats().held())
                .as("each sample is in one part of its window, or in one that is open")
                .isEqualTo(all);
    }

    @Test
    void sessionsWithoutEndFireEarly() {
        world.node("one", FeedWorld.every(1, 500));
        world.subscribe(
                world.feed().replayed(),
                world.times().withMostSamples(50).windows(Window.session(Duration.ofSeconds(1))));
        world.await(() -> world.stage.stats().samples() == 500, MINUTE);
        assertThat(world.stage.stats().mostHeld()).isLessThanOrEqualTo(50);
        assertThat(world.stage.stats().early()).isGreaterThan(5);
        assertThat(world.results).allMatch(WindowResult::early);
        assertThat(world.seen().size() + world.stage.stats().held()).isEqualTo(500);
    }

    @Test
    void aHeldBackSourceIsNotTakenForIdle() {
        // While the slow one gives ten samples that are near, for 2 s, the fast one is held back. Then it jumps by a
        // second:
        // were the fast one idle, what it gives next would be late.
        world.node("fast", FeedWorld.every(1, 5_000));
        world.node(
                "slow",
                Flux.range(0, 50)
                        .map(i -> i / 10 * 1_000L + i % 10)
                        .concatMap(t -> Flux.just(t).delayElements(Duration.ofMillis(200), world.time), 1));
        world.subscribe(
                world.feed().replayed(),
                world.times().withIdle(Duration.ofSeconds(1)).windows(size(50)));
        world.await(() -> world.stage.stats().samples() == 5_050, MINUTE);
        assertThat(world.late).isEmpty();
        assertThat(world.results).hasSize(99).allSatisfy(it -> assertThat(it.value())
                .hasSize(it.start().toEpochMilli() % 1_000 == 0 ? 60 : 50));
    }

    @Test
    void aSourceThatWasAskedAndGaveNothingIsIdleUntilItsNextSample() {
        AtomicLong silentFrom = new AtomicLong(5);
        world.node("one", world.live(10));
        world.node("silent", world.live(10).filter(t -> t < silentFrom.get() * 100 || t > 15_000));
        world.subscribe(
                world.feed(), world.times().withIdle(Duration.ofSeconds(2)).windows(size(100)));
        world.advance(Duration.ofSeconds(2));
        assertThat(world.results.size()).isLessThan(10);
        world.advance(Duration.ofSeconds(4));
        assertThat(world.results.size()).isGreaterThan(25);
        world.advance(Duration.ofSeconds(14));
        assertThat(world.results.size()).isGreaterThan(150);
        assertThat(world.results.get(world.results.size() - 1).value()).hasSize(20);
    }

    @Test
    void inAnOutageNoSourceIsTakenForIdleAndNothingIsLate() {
        world.node("one", Source.of(world.live(10)).dropOldest(10_000));
        world.node("two", Source.of(world.live(10)).dropOldest(10_000));
        world.subscribe(
                world.feed().with(FeedOptions.DEFAULTS.withWindow(64)),
                world.times().withIdle(Duration.ofSeconds(4)).windows(size(100)));
        world.advance(Duration.ofSeconds(3));
        int before = world.results.size();
        assertThat(before).isGreaterThan(20);
        world.network.stopBroker();
        world.advance(Duration.ofSeconds(15));
        assertThat(world.results.size()).isLessThan(before + 5);
        world.network.startBroker();
        world.advance(Duration.ofSeconds(20));
        assertThat(world.results.size()).isGreaterThan(before + 150);
        assertThat(world.late).isEmpty();
    }

    @Test
    void aNodeThatLeavesDoesNotHoldTheOthersAndOneThatComesIsWaitedFor() {
        world.node("one", world.live(10));
        world.node("two", Flux.never());
        world.subscribe(world.feed(), world.times().windows(size(100)));
        world.advance(Duration.ofSeconds(2));
        assertThat(world.results.size()).isZero();
        world.leave("two");
        world.advance(Duration.ofSeconds(2));
        assertThat(world.results.size()).isGreaterThan(15);
        int before = world.results.size();
        world.node("three", Flux.never());
        world.advance(Duration.ofSeconds(2));
        assertThat(world.results.size()).isLessThan(before + 5);
        world.network.vanish("three");
        world.advance(Duration.ofSeconds(2));
        assertThat(world.results.size()).isGreaterThan(before + 15);
    }

    @Test
    void aNodeThatComesBackBehindTheWatermarkIsLate() {
        world.node("one", world.live(10));
        world.node("two", world.live(10));
        world.subscribe(world.feed(), world.times().windows(size(100)));
        world.advance(Duration.ofSeconds(2));
        world.leave("two");
        world.advance(Duration.ofSeconds(2));
        long past = world.time.now(TimeUnit.MILLISECONDS) - 1_000;
        world.node("two", Flux.concat(Flux.just(past), world.live(10)));
        world.advance(Duration.ofSeconds(2));
        assertThat(world.late).containsExactly(past);
        assertThat(world.results.get(world.results.size() - 1).value()).hasSize(20);
    }

    @Test
    void aSourceThatCompletedDoesNotHold() {
        world.node("short", FeedWorld.every(10, 300));
        world.node("long", FeedWorld.every(10, 2_000));
        world.subscribe(world.feed().replayed(), world.times().windows(size(100)));
        world.await(() -> world.results.size() == 19, MINUTE); // the last one waits for more
        assertThat(world.results).first().satisfies(it -> assertThat(it.value()).hasSize(20));
    }

    @Test
    void aClockThatIsFarBehindOrAheadIsCountedAndDoesNotStopTheOthers() {
        long century = Duration.ofDays(36_500).toMillis();
        world.node("behind", world.live(10).map(t -> t - century));
        world.node("ahead", world.live(10).map(t -> t + century));
        world.node("one", world.live(10));
        world.node("two", world.live(10));
        world.subscribe(world.feed(), world.times().withMostSamples(2_000).windows(size(100)));
        world.advance(Duration.ofSeconds(5));
        List<WindowResult<Object, List<Sample<Long>>>> present = new ArrayList<>(world.results);
        present.removeIf(it -> Math.abs(it.start().toEpochMilli()) > century / 2);
        assertThat(present.size()).isGreaterThan(40);
        assertThat(world.stage.stats().liars()).isEqualTo(2);
        assertThat(world.late).isNotEmpty().allMatch(t -> t < 0);
    }

    @Test
    void sourcesAreNodes() {
        world.node("one", Flux.never());
        EventTime<Sample<Long>, Object> other = world.times().withSource(sample -> "all");
        assertThatThrownBy(() -> world.feed().through(other.windows(size(10))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("withSource");
    }

    @Test
    void marksOfAViewThatPassesNothingMoveEventTime() {
        world.node("all", world.live(10));
        world.node("rare", world.live(10).map(t -> -t));
        EventTime<Sample<Long>, Void> arrival = EventTime.<Long>ofSamples().on(world.time);
        EventStage<Sample<Long>, WindowResult<Void, List<Sample<Long>>>> seconds = arrival.windows(size(1_000));
        List<Integer> sizes = new ArrayList<>();
        world.feed()
                .with(FeedOptions.DEFAULTS.withView(View.ALL.filter("value > 0")))
                .withMaxBehind(MINUTE)
                .withAhead(MINUTE)
                .through(seconds)
                .subscribe(it -> sizes.add(it.value().size()), world.errors::add);
        world.advance(Duration.ofSeconds(20));
        // Until the first mark, after five seconds, nobody knows the watermark, and nodes are asked for one sample at a
        // time.
        assertThat(sizes).hasSizeGreaterThan(12);
        assertThat(sizes.subList(6, sizes.size())).allMatch(size -> size == 100);
        assertThat(seconds.stats().late()).isZero();
    }

    @Test
    void aLiveSensorLosesNothingWhileAnotherOneIsSilent() {
        world.node("one", Source.of(world.live(10)).dropOldest(16));
        world.node(
                "two",
                Source.of(world.live(10).filter(t -> t < 5_000 || t > 15_000)).dropOldest(16));
        world.subscribe(world.feed(), world.times().windows(size(2_000)));
        world.advance(Duration.ofSeconds(20));
        assertThat(world.late).isEmpty();
        assertThat(world.stage.stats().early()).isZero();
        assertThat(world.stage.stats().mostHeld()).as("ten seconds of it").isGreaterThan(1_000);
        assertThat(world.results).hasSizeGreaterThan(7).allSatisfy(it -> assertThat(it.value())
                .allMatch(sample -> sample.missed() == 0));
        long twelve = world.results.stream()
                .filter(it -> it.start().toEpochMilli() == 12_000)
                .mapToLong(it -> it.value().size())
                .sum();
        assertThat(twelve).isEqualTo(200);
    }

    @Test
    void thoseFarAheadLeaveHalfTheBoundToThoseThatHoldTheWatermark() {
        world.node("fast", FeedWorld.every(1, 5_000));
        world.node("slow", FeedWorld.every(10, 5_000).delayElements(Duration.ofMillis(20), world.time));
        world.subscribe(
                world.feed().withMaxBehind(MINUTE), // not said to be a replay
                world.times().withMostSamples(800).windows(size(200)));
        world.await(() -> world.stage.stats().samples() == 5_500, MINUTE);
        assertThat(world.stage.stats().mostHeld())
                .as("half of the bound, and those that are near")
                .isBetween(390L, 400L + 220 + 2 * 16);
        assertThat(world.stage.stats().early()).isZero();
        assertThat(world.late).isEmpty();
        assertThat(world.results).hasSize(24).allSatisfy(it -> assertThat(it.value())
                .hasSize(220));
    }

    @Test
    void aNodeThatRestartsIsOneSourceWithTwoEpochsAndWindowsHaveBoth() {
        world.node("one", world.live(10));
        world.node("two", world.live(10));
        world.subscribe(world.feed(), world.times().windows(size(1_000)));
        world.advance(Duration.ofMillis(2_550));
        world.crash("two"); // in the middle of a window
        world.advance(Duration.ofMillis(200));
        world.node("two", world.live(10));
        world.advance(Duration.ofMillis(4_250));
        assertThat(world.late).isEmpty();
        assertThat(world.results).hasSizeGreaterThan(5).allMatch(it -> it.revision() == 0 && !it.early());
        TreeMap<Long, List<Sample<Long>>> expected = new TreeMap<>();
        for (Sample<Long> sample : world.came) {
            expected.computeIfAbsent(sample.value() / 1_000 * 1_000, start -> new ArrayList<>())
                    .add(sample);
        }
        expected.remove(expected.lastKey()); // it is open
        TreeMap<Long, List<Sample<Long>>> actual = new TreeMap<>();
        world.results.forEach(it -> assertThat(actual.put(it.start().toEpochMilli(), it.value()))
                .as("a window fires once")
                .isNull());
        assertThat(actual).isEqualTo(expected);
        List<Sample<Long>> cut = actual.get(2_000L);
        assertThat(cut.stream().filter(it -> it.node().equals("one"))).hasSize(100);
        List<Long> epochs = cut.stream()
                .filter(it -> it.node().equals("two"))
                .map(Sample::epoch)
                .distinct()
                .toList();
        assertThat(epochs).hasSize(2);
        assertThat(cut.stream().filter(it -> it.epoch() == epochs.get(0))).hasSizeBetween(50, 55);
        assertThat(cut.stream().filter(it -> it.epoch() == epochs.get(1))).hasSizeBetween(15, 25);
        assertEachReadingIsAccountedFor();
    }

    /** In each life of a node: what it gave = what came + what the samples say they missed. */
    private void assertEachReadingIsAccountedFor() {
        TreeMap<String, Sample<Long>> last = new TreeMap<>();
        for (Sample<Long> sample : world.came) {
            Sample<Long> before = last.put(sample.node() + " " + sample.epoch(), sample);
            if (before != null) {
                assertThat(sample.sequence() - before.sequence()).isEqualTo(sample.missed() + sample.used());
            }
        }
    }

    @Test
    void aReplayThatRestartsFromItsBeginningIsLateUntilItHasCaughtUp() {
        world.node("one", FeedWorld.every(10, 4_000).delayElements(Duration.ofMillis(10), world.time));
        world.node("two", FeedWorld.every(10, 4_000).delayElements(Duration.ofMillis(10), world.time));
        world.subscribe(world.feed().replayed(), world.times().windows(size(500)));
        world.await(() -> world.results.size() == 3, MINUTE); // the watermark is at 1,500
        world.crash("two");
        world.node("two", FeedWorld.every(10, 4_000).delayElements(Duration.ofMillis(5), world.time));
        world.await(() -> world.results.size() == 7, MINUTE); // the last one waits for more
        world.advance(Duration.ofSeconds(10));
        // Its second life is late up to the windows that had fired, and counts again from there on.
        long fired = world.late.size() * 10L;
        assertThat(world.late)
                .isEqualTo(LongStream.iterate(0, t -> t < fired, t -> t + 10)
                        .boxed()
                        .toList());
        assertThat(fired % 500).as("whole windows are late, and no other").isZero();
        assertThat(fired).isBetween(1_500L, 2_500L);
        for (WindowResult<Object, List<Sample<Long>>> it : world.results) {
            long twice = it.value().stream()
                    .filter(sample -> sample.node().equals("two"))
                    .map(Sample::value)
                    .distinct()
                    .count();
            assertThat(twice).isEqualTo(50);
        }
        assertEachReadingIsAccountedFor();
    }

    @Test
    void aWindowLongerThanTheBoundFiresEarlyInParts() {
        long hour = Duration.ofHours(1).toMillis();
        world.node("one", FeedWorld.every(10_000, 2 * hour)); // 360 in an hour
        world.node("two", FeedWorld.every(20_000, 2 * hour));
        world.subscribe(
                world.feed().with(FeedOptions.DEFAULTS.withWindow(8)).replayed(),
                world.times().withMostSamples(60).windows(size(hour)));
        world.await(() -> world.stage.stats().samples() == 720 + 360, MINUTE);
        world.advance(Duration.ofSeconds(1));
        assertThat(world.stage.stats().mostHeld()).isLessThanOrEqualTo(60);
        List<WindowResult<Object, List<Sample<Long>>>> first = world.results.stream()
                .filter(it -> it.start().toEpochMilli() == 0)
                .toList();
        assertThat(first).hasSizeGreaterThan(8).allSatisfy(it -> {
            assertThat(it.end().toEpochMilli()).isEqualTo(hour);
            assertThat(it.revision()).isZero();
        });
        assertThat(first.subList(0, first.size() - 1)).allMatch(WindowResult::early);
        assertThat(first.stream().flatMap(it -> it.value().stream()).map(Sample::value))
                .as("each sample is in one part")
                .containsExactlyInAnyOrderElementsOf(LongStream.concat(
                                LongStream.iterate(0, t -> t < hour, t -> t + 10_000),
                                LongStream.iterate(0, t -> t < hour, t -> t + 20_000))
                        .boxed()
                        .toList());
        assertThat(world.stage.stats().early())
                .isEqualTo(world.results.stream().filter(WindowResult::early).count());
        assertThat(world.late).isEmpty();
    }

    @Test
    void aWindowLongerThanTheBoundFailsIfTheUserChoseThat() {
        world.node("one", FeedWorld.every(1, 500));
        world.subscribe(
                world.feed().replayed(),
                world.times().withMostSamples(50).failingAtBound().windows(size(1_000)));
        world.await(() -> !world.errors.isEmpty(), MINUTE);
        assertThat(world.errors).singleElement().satisfies(it -> assertThat(((EventTimeException) it).kind())
                .isEqualTo(EventTimeException.Kind.WINDOW_TOO_LARGE));
        assertThat(world.results).isEmpty();
        assertThat(world.stage.stats().held()).isZero();
        world.errors.clear();
    }
}
