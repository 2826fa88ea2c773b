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
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Event time steers the credit of two feeds that are joined: whole members, in virtual time. */
@NullUnmarked
class EventFeedJoinTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String A = "a";
    private static final String B = "b";

    private record Couple(long a, Long b) {}

    private FeedWorld world;
    private final List<Couple> couples = new ArrayList<>();
    private final List<Object> late = new ArrayList<>();

    @BeforeEach
    void begin() {
        world = new FeedWorld();
    }

    @AfterEach
    void end() {
        assertThat(world.errors).isEmpty();
        world.close();
    }

    private void subscribe(
            EventJoin<Sample<Long>, Sample<Long>, Pair<Object, Sample<Long>, Sample<Long>>> join,
            EventFeed<Long> a,
            EventFeed<Long> b) {
        join.late().subscribe(it -> late.add(it.element()));
        a.through(join, b)
                .subscribe(
                        pair -> couples.add(new Couple(
                                pair.a().value(),
                                pair.b() == null ? null : pair.b().value())),
                        world.errors::add);
    }

    private static Duration millis(long value) {
        return Duration.ofMillis(value);
    }

    private static List<Couple> within(List<Long> a, List<Long> b, long low, long high) {
        List<Couple> all = new ArrayList<>();
        for (long left : a) {
            for (long right : b) {
                if (right - left >= low && right - left <= high) {
                    all.add(new Couple(left, right));
                }
            }
        }
        return all;
    }

    private static List<Long> times(long step, long until) {
        return LongStream.iterate(0, t -> t < until, t -> t + step).boxed().toList();
    }

    @Test
    void sidesOfVeryDifferentRatesAdvanceTogether() {
        int window = 64;
        long until = 8_000;
        long[] stepsOfA = {1, 7};
        long[] stepsOfB = {250, 1_000};
        List<Long> ofA = new ArrayList<>();
        List<Long> ofB = new ArrayList<>();
        for (long step : stepsOfA) {
            world.node("a" + step, A, Source.of(FeedWorld.every(step, until)));
            ofA.addAll(times(step, until));
        }
        for (long step : stepsOfB) {
            world.node("b" + step, B, Source.of(FeedWorld.every(step, until)));
            ofB.addAll(times(step, until));
        }
        var join = world.times().join(world.times(), millis(-20), millis(30));
        FeedOptions options = FeedOptions.DEFAULTS.withWindow(window);
        subscribe(
                join,
                world.feed(A).with(options).withAhead(millis(400)).replayed(),
                world.feed(B).with(options).withAhead(millis(400)).replayed());
        world.await(() -> join.stats().samples() == ofA.size() + ofB.size(), MINUTE);
        assertThat(couples).containsExactlyInAnyOrderElementsOf(within(ofA, ofB, -20, 30));
        assertThat(late).isEmpty();
        assertThat(join.stats().early()).isZero();
        // The slowest gives a sample each second: so far is the watermark moved at a time.
        double rate = LongStream.concat(LongStream.of(stepsOfA), LongStream.of(stepsOfB))
                .mapToDouble(step -> 1.0 / step)
                .sum();
        assertThat(join.stats().mostHeld())
                .as("(kept + ahead) x rate and the item windows")
                .isLessThanOrEqualTo((long) ((30 + 400) * rate) + 4L * window);
    }

    @Test
    void aSideThatIsHeldBackIsNotTakenForIdle() {
        List<Long> slow = LongStream.range(0, 50)
                .map(i -> i / 10 * 1_000L + i % 10)
                .boxed()
                .toList();
        world.node("fast", A, Source.of(FeedWorld.every(1, 5_000)));
        world.node(
                "slow",
                B,
                Source.of(Flux.fromIterable(slow)
                        .concatMap(t -> Flux.just(t).delayElements(millis(200), world.time), 1)));
        EventTime<Sample<Long>, Object> times = world.times().withIdle(Duration.ofSeconds(1));
        var join = times.join(times, millis(-3), millis(3));
        subscribe(
                join,
                world.feed(A).withAhead(millis(50)).replayed(),
                world.feed(B).withAhead(millis(50)).replayed());
        world.await(() -> join.stats().samples() == 5_050, MINUTE);
        assertThat(late).isEmpty();
        assertThat(couples).containsExactlyInAnyOrderElementsOf(within(times(1, 5_000), slow, -3, 3));
    }

    @Test
    void aSideWhoseNodeLeavesDoesNotHoldTheOther() {
        world.node("one", A, Source.of(world.live(10)));
        world.node("two", B, Source.of(Flux.never()));
        var join = world.times().asOf(world.times(), millis(100));
        subscribe(join, world.feed(A), world.feed(B));
        world.advance(Duration.ofSeconds(2));
        assertThat(couples).isEmpty();
        world.leave("two");
        world.advance(Duration.ofSeconds(1));
        assertThat(couples).hasSizeGreaterThan(250).allMatch(it -> it.b() == null);
    }

    @Test
    void marksOfAViewMoveTheEventTimeOfItsSide() {
        world.node("one", A, Source.of(world.live(10)));
        world.node("rare", B, Source.of(world.live(10).map(t -> -t)));
        EventTime<Sample<Long>, Object> arrival =
                EventTime.<Long>ofSamples().on(world.time).keyedBy(sample -> null);
        var join = arrival.asOf(arrival, millis(100));
        subscribe(
                join,
                world.feed(A).withMaxBehind(MINUTE),
                world.feed(B).with(FeedOptions.DEFAULTS.withView(View.ALL.filter("value > 0"))));
        world.advance(Duration.ofSeconds(20));
        assertThat(couples).hasSizeGreaterThan(1_400).allMatch(it -> it.b() == null);
        assertThat(late).isEmpty();
        assertThat(join.stats().liars()).isZero();
    }

    @Test
    void aFailureOfOneSideEndsBoth() {
        world.node("one", A, Source.of(world.live(10)));
        world.node("two", B, Source.of(Flux.error(new IllegalStateException("no sensor"))));
        var join = world.times().join(world.times(), millis(0), millis(0));
        subscribe(join, world.feed(A), world.feed(B));
        world.advance(Duration.ofSeconds(2));
        assertThat(world.errors).singleElement().satisfies(it -> assertThat(it).hasMessageContaining("no sensor"));
        world.errors.clear();
        long before = join.stats().samples();
        world.advance(Duration.ofSeconds(2));
        assertThat(join.stats().samples()).isEqualTo(before);
        assertThat(world.nodes.get("one").stats().feeds()).allMatch(feed -> feed.subscribers() == 0);
    }

    @Test
    void theSourcesOfBothSidesAreNodes() {
        world.node("one", A, Source.of(Flux.never()));
        EventTime<Sample<Long>, Object> other = world.times().withSource(sample -> "all");
        assertThatThrownBy(() -> world.feed(A).through(world.times().join(other, millis(0), millis(0)), world.feed(A)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("withSource");
    }
}
