package io.broccoli.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.task.Task;
import io.broccoli.window.EventTime;
import io.broccoli.window.Window;
import io.broccoli.window.WindowResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

    @Test
    void aLargeWindowIsFoldedInPieces() {
        List<WindowResult<Long, Long>> sums = Flux.range(0, 99_999)
                .map(Integer::longValue)
                .transform(nodes.canvas().reduce(TIMES.windows(Window.ofEvents(Duration.ofDays(1))), SUM.s()))
                .collectList()
                .block(BOUND);
        long day = Duration.ofDays(1).toMillis();
        assertThat(sums).containsExactly(result(0, 0, day, 49_999L * 50_000), result(1, 0, day, 49_999L * 49_999));
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
