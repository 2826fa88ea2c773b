package io.broccoli.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

@NullUnmarked
class EventStageTest {

    private static final Window.Periodic TEN = Window.ofEvents(Duration.ofMillis(10));

    private static final EventTime<Long, Void> TIMES = EventTime.of(Instant::ofEpochMilli);

    record Reading(String source, long time) {}

    private static final EventTime<Reading, Void> READINGS =
            EventTime.<Reading>of(it -> Instant.ofEpochMilli(it.time())).withSource(Reading::source);

    private static <T> List<List<T>> values(Flux<WindowResult<Void, List<T>>> windows) {
        return windows.map(WindowResult::value).collectList().block();
    }

    @Test
    void elementsAreCutByTheirTime() {
        assertThat(values(Flux.just(1L, 9L, 10L, 35L, 31L).transform(TIMES.windows(TEN))))
                .isEqualTo(List.of(List.of(1L, 9L), List.of(10L), List.of(35L, 31L)));
    }

    @Test
    void noMoreIsRequestedThanTheBoundHasRoomFor() {
        AtomicLong requested = new AtomicLong();
        EventStage<Long, WindowResult<Void, List<Long>>> stage =
                TIMES.withMostSamples(10).windows(Window.ofEvents(Duration.ofDays(1)));
        TestPublisher<Long> source = TestPublisher.create();
        StepVerifier.create(source.flux().doOnRequest(requested::addAndGet).transform(stage), 0)
                .then(() -> assertThat(requested).hasValue(10))
                .then(() -> {
                    for (long i = 0; i < 10; i++) {
                        source.next(i);
                    }
                })
                .then(() -> assertThat(requested)
                        .as("the early window waits for demand")
                        .hasValue(10))
                .thenRequest(1)
                .assertNext(it -> {
                    assertThat(it.early()).isTrue();
                    assertThat(it.value()).hasSize(10);
                })
                .then(() -> assertThat(requested).hasValue(20))
                .thenCancel()
                .verify();
        assertThat(stage.stats().mostHeld()).isEqualTo(10);
        assertThat(stage.stats().early()).isEqualTo(1);
        assertThat(stage.stats().held()).isZero();
    }

    @Test
    void withoutDemandNothingMoreIsRequested() {
        AtomicLong requested = new AtomicLong();
        StepVerifier.create(
                        Flux.range(0, 100_000)
                                .map(i -> i * 10L)
                                .doOnRequest(requested::addAndGet)
                                .transform(TIMES.windows(TEN)),
                        3)
                .expectNextCount(3)
                .then(() -> assertThat(requested).hasValue(FluxDemand.AHEAD))
                .thenCancel()
                .verify();
    }

    @Test
    void atTheBoundTheStreamFailsIfThatIsChosen() {
        StepVerifier.create(Flux.range(0, 100)
                        .map(Integer::longValue)
                        .transform(TIMES.withMostSamples(10)
                                .failingAtBound()
                                .windows(Window.ofEvents(Duration.ofDays(1)))))
                .expectErrorSatisfies(failed -> assertThat(failed)
                        .isInstanceOfSatisfying(EventTimeException.class, it -> assertThat(it.kind())
                                .isEqualTo(EventTimeException.Kind.WINDOW_TOO_LARGE))
                        .hasMessageContaining("10 samples"))
                .verify();
    }

    @Test
    void tooManyWindowsFireEarly() {
        EventStage<Long, WindowResult<Long, List<Long>>> stage =
                TIMES.<Long>keyedBy(it -> it).withMostWindows(100).windows(Window.ofEvents(Duration.ofDays(1)));
        StepVerifier.create(Flux.range(0, 1_000)
                        .map(Integer::longValue)
                        .transform(stage)
                        .map(WindowResult::key))
                .expectNextSequence(Flux.range(0, 1_000).map(Integer::longValue).toIterable())
                .verifyComplete();
        assertThat(stage.stats().early()).isEqualTo(900);
    }

    @Test
    void aSourceThatWasAskedAndGivesNothingDoesNotHoldTheOthers() {
        VirtualTimeScheduler clock = VirtualTimeScheduler.create();
        TestPublisher<Reading> source = TestPublisher.create();
        EventStage<Reading, WindowResult<Void, List<Reading>>> stage = READINGS.withIdle(Duration.ofSeconds(4))
                .withKnownSources(Set.of("silent", "one"))
                .on(clock)
                .windows(TEN);
        StepVerifier.create(source.flux().transform(stage))
                .then(() -> source.next(new Reading("one", 1)))
                .then(() -> clock.advanceTimeBy(Duration.ofMillis(1_500)))
                .then(() -> source.next(new Reading("one", 25)))
                .then(() -> clock.advanceTimeBy(Duration.ofMillis(1_500)))
                .then(() -> source.next(new Reading("one", 26)))
                .then(() -> assertThat(stage.stats().results()).isZero())
                .then(() -> clock.advanceTimeBy(Duration.ofSeconds(3)))
                .assertNext(it -> assertThat(it.value()).hasSize(1))
                .thenCancel()
                .verify();
    }

    @Test
    void timeWithoutDemandIsNoIdleTime() {
        VirtualTimeScheduler clock = VirtualTimeScheduler.create();
        TestPublisher<Reading> source = TestPublisher.create();
        EventStage<Reading, WindowResult<Void, List<Reading>>> stage = READINGS.withIdle(Duration.ofSeconds(4))
                .withKnownSources(Set.of("slow", "one"))
                .on(clock)
                .windows(TEN);
        StepVerifier.create(source.flux().transform(stage), 0)
                .then(() -> source.next(new Reading("slow", 1), new Reading("one", 11), new Reading("slow", 12)))
                .then(() -> clock.advanceTimeBy(Duration.ofMinutes(10))) // the result waits for demand
                .thenRequest(100)
                .expectNextCount(1)
                .then(() -> source.next(new Reading("one", 100)))
                .then(() -> source.next(new Reading("slow", 13)))
                .then(() -> assertThat(stage.stats().late()).isZero())
                .then(() -> assertThat(stage.stats().results()).isEqualTo(1))
                .thenCancel()
                .verify();
    }

    @Test
    void lateElementsAreGivenWithTheWatermarkThatTheyMissed() {
        EventStage<Long, WindowResult<Void, List<Long>>> stage = TIMES.windows(TEN);
        List<LateSample<Long>> late = new ArrayList<>();
        boolean[] completed = {false};
        stage.late().doOnComplete(() -> completed[0] = true).subscribe(late::add);
        assertThat(values(Flux.just(5L, 21L, 7L, 22L).transform(stage)))
                .isEqualTo(List.of(List.of(5L), List.of(21L, 22L)));
        assertThat(late).containsExactly(new LateSample<>(7L, Instant.ofEpochMilli(21)));
        assertThat(completed[0]).isTrue();
        assertThat(stage.stats().late()).isEqualTo(1);
        assertThat(stage.stats().unheard()).isZero();
    }

    @Test
    void aSubscriberOfLateElementsWithoutDemandStopsTheStage() {
        EventStage<Long, WindowResult<Void, List<Long>>> stage = TIMES.windows(TEN);
        Flux<Long> source =
                Flux.concat(Flux.just(1_000L), Flux.range(0, 900_000).map(i -> i % 900L));
        StepVerifier.create(stage.late(), 10)
                .then(() -> source.transform(stage).subscribe())
                .expectNextCount(10)
                .then(() -> assertThat(stage.stats().late()).isEqualTo(LateFlux.MOST_WAITING + 10))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(900_000 - 10)
                .verifyComplete();
        assertThat(stage.stats().unheard()).isZero();
    }

    @Test
    void lateElementsThatNobodyHearsAreCountedAndDiscarded() {
        EventStage<Long, WindowResult<Void, List<Long>>> stage = TIMES.windows(TEN);
        List<Object> discarded = new ArrayList<>();
        Flux.just(5L, 21L, 7L)
                .transform(stage)
                .doOnDiscard(Object.class, discarded::add)
                .blockLast();
        assertThat(discarded).containsExactly(7L);
        assertThat(stage.stats().unheard()).isEqualTo(1);
    }

    @Test
    void elementsThatAreHeldAreDiscardedWhenTheStreamIsCancelledOrFails() {
        for (boolean cancels : new boolean[] {true, false}) {
            for (Window.Events window : List.of(
                    TEN,
                    Window.sliding(Duration.ofMillis(10), Duration.ofMillis(5)),
                    Window.session(Duration.ofMillis(9)))) {
                List<Object> discarded = new ArrayList<>();
                TestPublisher<Long> source = TestPublisher.create();
                StepVerifier.create(
                                source.flux().transform(TIMES.windows(window)).doOnDiscard(Long.class, discarded::add))
                        .then(() -> source.next(1L, 2L))
                        .then(() -> {
                            if (!cancels) {
                                source.error(new IllegalStateException("gone"));
                            }
                        })
                        .thenCancel()
                        .verify();
                assertThat(discarded).as("%s", window).containsExactlyInAnyOrder(1L, 2L);
            }
        }
    }

    @Test
    void whatAUsersFunctionThrowsEndsTheStreamAndNamesIt() {
        Function<Long, Object> bad = it -> {
            throw new IllegalStateException("rude");
        };
        Fold<Long, Long, Long> fold = new Fold<>() {
            @Override
            public Long init() {
                return 0L;
            }

            @Override
            public Long add(Long accumulator, Long value) {
                throw new AssertionError("rude");
            }

            @Override
            public Long merge(Long first, Long second) {
                return first;
            }

            @Override
            public Long finish(Long accumulator) {
                return accumulator;
            }
        };
        Object rudeKey = new Object() {
            @Override
            public int hashCode() {
                throw new IllegalStateException("rude");
            }
        };
        fails(EventTime.<Long>of(it -> (Instant) bad.apply(it)).windows(TEN), "function of event time");
        fails(TIMES.withSource(bad).windows(TEN), "function of sources");
        fails(TIMES.keyedBy(bad).windows(TEN), "function of keys");
        fails(TIMES.windows(TEN, fold), "add of a fold");
        fails(TIMES.keyedBy(it -> rudeKey).windows(TEN), "hashCode of a key");
        fails(TIMES.align(Duration.ofMillis(4), Duration.ofDays(1), (a, b, f) -> (Long) bad.apply(a)), "interpolation");
        StepVerifier.create(
                        Flux.just(1L).transform(EventTime.<Long>of(it -> null).windows(TEN)))
                .verifyErrorSatisfies(it -> assertThat(it).hasMessageContaining("gave null"));
    }

    private static void fails(EventStage<Long, ?> stage, String what) {
        AtomicLong cancels = new AtomicLong();
        StepVerifier.create(Flux.concat(Flux.just(1L, 2L, 10L, 30L), Flux.never())
                        .doOnCancel(cancels::incrementAndGet)
                        .transform(source -> stage.apply(source)))
                .expectErrorSatisfies(it -> assertThat(it)
                        .isInstanceOf(EventTimeException.class)
                        .hasMessageContaining(what)
                        .hasMessageContaining("rude"))
                .verify(Duration.ofSeconds(10));
        assertThat(cancels).hasValue(1);
    }

    @Test
    void aSubscriberThatThrowsEndsTheStream() {
        List<Throwable> errors = new ArrayList<>();
        Flux.just(1L, 11L, 21L).transform(TIMES.windows(TEN)).subscribe(new reactor.core.publisher.BaseSubscriber<>() {
            @Override
            protected void hookOnNext(WindowResult<Void, List<Long>> value) {
                throw new IllegalStateException("rude");
            }

            @Override
            protected void hookOnError(Throwable thrown) {
                errors.add(thrown);
            }
        });
        assertThat(errors).hasSize(1);
    }

    @Test
    void theStageIsACitizenOfReactor() {
        Flux<String> names = Flux.deferContextual(context -> Flux.just(1L)
                        .doOnNext(it -> assertThat((String) context.get("name")).isEqualTo("me")))
                .transform(TIMES.windows(TEN))
                .map(it -> "seen")
                .contextWrite(context -> context.put("name", "me"));
        assertThat(names.blockLast()).isEqualTo("seen");
        Flux<Long> source = Flux.just(1L);
        Flux<?> stage = source.transform(TIMES.windows(TEN));
        assertThat(Scannable.from(stage).scan(Attr.PARENT)).isSameAs(source);
        assertThat(Scannable.from(stage).scan(Attr.PREFETCH)).isEqualTo(FluxDemand.AHEAD);
        Consumer<Scannable> whileRunning = it -> {
            assertThat(it.scan(Attr.TERMINATED)).isFalse();
            assertThat(it.scan(Attr.REQUESTED_FROM_DOWNSTREAM)).isEqualTo(7);
            assertThat(it.scan(Attr.ACTUAL)).isNotNull();
            assertThat(it.scan(Attr.PARENT)).isNotNull();
        };
        Flux.<Long>never().transform(TIMES.windows(TEN)).subscribe(new reactor.core.publisher.BaseSubscriber<Object>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                subscription.request(7);
                whileRunning.accept(Scannable.from(subscription));
                subscription.cancel();
                assertThat(Scannable.from(subscription).scan(Attr.CANCELLED)).isTrue();
            }
        });
    }

    @Test
    void streamsAreJoined() {
        EventTime<Reading, String> b = READINGS.keyedBy(it -> "k");
        EventTime<Long, String> a = TIMES.keyedBy(it -> "k");
        EventJoin<Long, Reading, Pair<String, Long, Reading>> near =
                a.withDisorder(Duration.ofDays(1)).join(b, Duration.ofMillis(-2), Duration.ofMillis(2));
        List<Pair<String, Long, Reading>> pairs = near.apply(
                        Flux.just(1L, 10L, 20L), Flux.just(new Reading("x", 9), new Reading("x", 23)))
                .collectList()
                .block();
        assertThat(pairs).containsExactly(new Pair<>("k", 10L, new Reading("x", 9)));
        List<Pair<String, Long, Reading>> latest = a.withDisorder(Duration.ofDays(1))
                .asOf(b, Duration.ofMillis(5))
                .apply(Flux.just(1L, 10L, 20L), Flux.just(new Reading("x", 9), new Reading("x", 17)))
                .collectList()
                .block();
        assertThat(latest)
                .containsExactly(
                        new Pair<>("k", 1L, null),
                        new Pair<>("k", 10L, new Reading("x", 9)),
                        new Pair<>("k", 20L, new Reading("x", 17)));
        assertThatThrownBy(() -> a.join(b, Duration.ofMillis(2), Duration.ofMillis(1)))
                .hasMessageContaining("above the high");
    }

    @Test
    void eachSideOfAJoinHasItsOwnKnownSources() {
        EventJoin<Long, Reading, Pair<Void, Long, Reading>> near = TIMES.withKnownSources(Set.of(""))
                .join(READINGS.withKnownSources(Set.of("x", "y")), Duration.ZERO, Duration.ZERO);
        Flux<Long> a = Flux.range(0, 1_000).map(Integer::longValue);
        Flux<Reading> b = Flux.range(0, 1_000).map(t -> new Reading("x", t));
        assertThat(near.apply(a, b).count().block()).isEqualTo(1_000);
        assertThat(near.stats().mostHeld()).as("y was waited for").isEqualTo(2_000);
        Flux<Reading> both = b.concatMapIterable(it -> List.of(it, new Reading("y", it.time())));
        EventJoin<Long, Reading, Pair<Void, Long, Reading>> all = TIMES.withKnownSources(Set.of(""))
                .join(READINGS.withKnownSources(Set.of("x", "y")), Duration.ZERO, Duration.ZERO);
        assertThat(all.apply(a, both).count().block()).isEqualTo(2_000);
        assertThat(all.stats().mostHeld()).as("a, which comes first").isLessThan(1_100);
    }

    @Test
    void discardedElementsOfAJoinAreThoseThatCame() {
        List<Object> discarded = new ArrayList<>();
        TIMES.join(TIMES, Duration.ZERO, Duration.ZERO)
                .apply(Flux.just(5L, 6L, 1L), Flux.never())
                .contextWrite(context -> Operators.enableOnDiscard(context, discarded::add))
                .subscribe()
                .dispose();
        assertThat(discarded).as("one that is late, and one that is held").containsExactly(1L, 6L);
    }

    @Test
    void sourcesAreAligned() {
        List<Aligned<Object, Reading>> ticks = Flux.just(
                        new Reading("x", 9), new Reading("y", 8), new Reading("x", 21), new Reading("y", 22))
                .transform(
                        READINGS.withKnownSources(Set.of("x", "y")).align(Duration.ofMillis(10), Duration.ofMillis(9)))
                .collectList()
                .block();
        assertThat(ticks).hasSize(1);
        assertThat(ticks.get(0).values().keySet()).containsExactlyInAnyOrder("x", "y");
    }
}
