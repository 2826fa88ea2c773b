package io.broccoli.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.task.Task;
import io.broccoli.task.TaskRegistry;
import io.broccoli.window.EventTime;
import io.broccoli.window.Fold;
import io.broccoli.window.Window;
import io.broccoli.window.WindowResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Windows over event time whose body runs on nodes. */
class EventWindowsTest {

    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Task<Long> SUM = Task.of("xsum", Long.class);
    private static final EventTime<Long, Long> TIMES =
            EventTime.<Long>of(Instant::ofEpochMilli).keyedBy(it -> it % 2);

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.builtIn();
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static WindowResult<Long, Long> result(long key, long start, long size, long value) {
        return new WindowResult<>(
                key, Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + size), 0, value, false);
    }

    @Test
    void aBodyRunsForEachWindowAndTheResultKeepsItsKeyAndInterval() {
        Flux<WindowResult<Long, Long>> sums = Flux.just(1L, 3L, 4L, 12L, 13L)
                .transform(nodes.canvas().chord(TIMES.windows(Window.ofEvents(Duration.ofMillis(10))), SUM.s()));
        assertThat(sums.collectList().block(BOUND))
                .containsExactly(
                        result(1, 0, 10, 4), result(0, 0, 10, 4), result(0, 10, 10, 12), result(1, 10, 10, 13));
    }

    @Test
    void resultsAreThoseOfTheirWindowsInAnyOrder() {
        Canvas unordered = nodes.canvas().unordered();
        List<WindowResult<Long, Long>> sums = Flux.range(0, 2_000)
                .map(Integer::longValue)
                .transform(unordered.chord(TIMES.windows(Window.ofEvents(Duration.ofMillis(10))), SUM.s()))
                .collectList()
                .block(BOUND);
        assertThat(sums).hasSize(400).allSatisfy(it -> {
            long start = it.start().toEpochMilli();
            assertThat(it.value()).isEqualTo(5 * (start + it.key()) + 20);
        });
    }

    private static Flux<Long> times(int count) {
        return Flux.range(0, count).map(Integer::longValue);
    }

    private static long sum(long from, long until) {
        return LongStream.range(from, until).sum();
    }

    @Test
    void aLargeWindowIsFoldedInPiecesWhichAloneAreHeld() {
        var windows = TIMES.windows(Window.ofEvents(Duration.ofDays(1)));
        List<WindowResult<Long, Long>> sums = times(99_999)
                .transform(nodes.canvas().reduce(windows, SUM.s()))
                .collectList()
                .block(BOUND);
        long day = Duration.ofDays(1).toMillis();
        assertThat(sums).containsExactly(result(0, 0, day, 49_999L * 50_000), result(1, 0, day, 49_999L * 49_999));
        assertThat(windows.stats().mostHeld())
                .as("pieces of two keys, and less than a piece of each")
                .isLessThan(2 * (50_000 / 256 + 256));
        assertThat(windows.stats().results()).isEqualTo(2);
        assertThat(windows.stats().samples()).isEqualTo(99_999);
    }

    @Test
    void piecesAreFoldedWhileTheirWindowIsOpen() {
        try (Nodes fresh = Nodes.builtIn()) {
            List<WindowResult<Long, Long>> sums = new ArrayList<>();
            Disposable open = times(1_600)
                    .concatWith(Flux.never())
                    .transform(fresh.canvas().reduce(TIMES.windows(Window.ofEvents(Duration.ofDays(1))), SUM.s()))
                    .subscribe(sums::add);
            fresh.awaitSucceeded(6); // three of each key
            assertThat(sums).isEmpty();
            open.dispose();
        }
    }

    @Test
    void aWindowThatFiresAgainHasItsPiecesAndWhatCameSince() {
        EventTime<Long, Long> late = TIMES.keyedBy(it -> 7L).withLateness(Duration.ofSeconds(10));
        Flux<Long> source = times(800).concatWith(Flux.just(1_000L, 900L, 901L));
        assertThat(source.transform(
                                nodes.canvas().reduce(late.windows(Window.ofEvents(Duration.ofMillis(1_000))), SUM.s()))
                        .map(it -> List.of(it.start().toEpochMilli(), (long) it.revision(), it.value()))
                        .collectList()
                        .block(BOUND))
                .containsExactly(
                        List.of(0L, 0L, sum(0, 800)),
                        List.of(0L, 1L, sum(0, 800) + 900),
                        List.of(0L, 2L, sum(0, 800) + 900 + 901),
                        List.of(1_000L, 0L, 1_000L));
    }

    @Test
    void slidingWindowsShareTheirPieces() {
        Window.Periodic sliding = Window.sliding(Duration.ofMillis(900), Duration.ofMillis(300));
        List<WindowResult<Long, Long>> sums = times(6_000)
                .transform(nodes.canvas().reduce(TIMES.keyedBy(it -> 7L).windows(sliding), SUM.s()))
                .collectList()
                .block(BOUND);
        assertThat(sums).hasSize(6_000 / 300 + 2).allSatisfy(it -> assertThat(it.value())
                .isEqualTo(sum(
                        Math.max(0, it.start().toEpochMilli()),
                        Math.min(6_000, it.end().toEpochMilli()))));
    }

    @Test
    void sessionsThatMergeHaveThePiecesOfBoth() {
        EventTime<Long, Long> times = TIMES.keyedBy(it -> 7L).withDisorder(Duration.ofSeconds(10));
        Flux<Long> source = times(1_000)
                .filter(it -> it < 450 || it > 550)
                .concatWith(times(551).filter(it -> it >= 450)); // between them, so that they merge
        assertThat(source.transform(
                                nodes.canvas().reduce(times.windows(Window.session(Duration.ofMillis(50))), SUM.s()))
                        .map(WindowResult::value)
                        .collectList()
                        .block(BOUND))
                .containsExactly(sum(0, 1_000));
    }

    @Test
    @SuppressWarnings("unchecked") // they are texts
    void theOrderIsThatOfArrival() {
        TaskRegistry joins = TaskRegistry.builder()
                .task("join", "xs", List.class, xs -> String.join("", (List<String>) xs))
                .build();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            texts.add((i ^ 5) + ","); // a little out of the order of time
        }
        EventTime<String, Void> times = EventTime.<String>of(
                        text -> Instant.ofEpochMilli(Long.parseLong(text.substring(0, text.length() - 1))))
                .withDisorder(Duration.ofMillis(20));
        try (Nodes joining = Nodes.offering(joins, joins)) {
            assertThat(Flux.fromIterable(texts)
                            .transform(joining.canvas()
                                    .reduce(
                                            times.windows(Window.ofEvents(Duration.ofDays(1))),
                                            Task.of("join", String.class).s()))
                            .map(WindowResult::value)
                            .collectList()
                            .block(BOUND))
                    .containsExactly(String.join("", texts));
        }
    }

    @Test
    void aPieceThatFailsIsTheFailureOfItsWindow() {
        Task<Long> fail = Task.of("fail", Long.class);
        Stage<Long, WindowResult<Long, Long>> stage = nodes.canvas()
                .reduce(TIMES.keyedBy(it -> it / 500).windows(Window.ofEvents(Duration.ofMillis(500))), fail.s())
                .skipFailures(failure -> {});
        assertThat(times(1_000).transform(stage).collectList().block(BOUND)).isEmpty();
        assertThat(stage.skipped()).isEqualTo(2);
    }

    @Test
    void windowsThatAUsersFoldMadeListsAreReducedWhenTheyFire() {
        Fold<Long, List<Long>, List<Long>> negative = Fold.of(
                ArrayList::new,
                (list, value) -> {
                    list.add(-value);
                    return list;
                },
                (first, second) -> {
                    first.addAll(second);
                    return first;
                },
                list -> list);
        var windows = TIMES.keyedBy(it -> 7L).windows(Window.ofEvents(Duration.ofSeconds(1)), negative);
        assertThat(windows.inPieces(256)).isEmpty();
        assertThat(times(1_000)
                        .transform(nodes.canvas().reduce(windows, SUM.s()))
                        .map(WindowResult::value)
                        .collectList()
                        .block(BOUND))
                .containsExactly(-sum(0, 1_000));
    }

    @Test
    void aFailureOfTheBodyIsThatOfTheWindow() {
        Task<Long> fail = Task.of("fail", Long.class);
        Set<String> failures = new HashSet<>();
        Stage<Long, WindowResult<Long, Long>> stage = nodes.canvas()
                .chord(TIMES.windows(Window.ofEvents(Duration.ofMillis(10))), fail.s())
                .skipFailures(failure -> failures.add(failure.task()));
        assertThat(Flux.just(1L, 11L).transform(stage).collectList().block(BOUND))
                .isEmpty();
        assertThat(stage.skipped()).isEqualTo(2);
        assertThat(failures).containsExactly("fail");
    }
}
