package io.broccoli.canvas;

import static io.broccoli.canvas.Canvas.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.RetryPolicy;
import io.broccoli.feed.Sample;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Arguments of types that do not fit, and samples of feeds as arguments. */
@Timeout(60)
class TypedArgumentsTest {

    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Task<Double> HALF = Task.of("half", Double.class);
    private static final Task<String> WHERE = Task.of("where", String.class);
    private static final Task<Integer> SHOW = Task.of("show", Integer.class);
    private static final Task<Integer> SEVERAL = Task.of("several", Integer.class);

    private static final AtomicInteger RUNS = new AtomicInteger();
    private static Nodes nodes;

    record Reading(String sensor, int value) {}

    @BeforeAll
    static void start() {
        nodes = Nodes.offering(TaskRegistry.builder()
                .source("t", Flux.interval(Duration.ofMillis(5)).map(tick -> 20.0))
                .task("half", "value", double.class, value -> value / 2)
                .task("where", "sample", Sample.class, sample -> sample.node() + " " + sample.value())
                .task("show", "reading", Reading.class, reading -> {
                    RUNS.incrementAndGet();
                    return reading.value();
                })
                .task("several", "count", int.class, count -> Flux.range(0, count))
                .build());
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void aTaskTakesTheValuesOfAFeedOrItsSamples() {
        StepVerifier.create(nodes.cluster()
                        .feed("t", Double.class)
                        .transform(nodes.canvas().map(HALF))
                        .take(3))
                .expectNext(10.0, 10.0, 10.0)
                .expectComplete()
                .verify(BOUND);
        StepVerifier.create(nodes.cluster()
                        .feed("t", Double.class)
                        .transform(nodes.canvas().map(WHERE))
                        .take(1))
                .expectNext("node-1 20.0")
                .expectComplete()
                .verify(BOUND);
    }

    static List<Signature<?>> mistakes() {
        return List.of(
                HALF.s("x"),
                HALF.s((Object) null),
                SHOW.s(Map.of("sensor", "s", "valeu", 3)),
                SHOW.s(Map.of("sensor", "s", "value", 1.5)),
                SHOW.s(7),
                SEVERAL.s(3),
                chain(SEVERAL.s(3), HALF.s()),
                chain(HALF.s(3), SHOW.s()));
    }

    private static TaskOutcome.Failure<?> failure(Canvas canvas, Signature<?> mistake) {
        TaskOutcome<?> outcome = canvas.outcome(mistake).block(BOUND);
        assertThat(outcome).isInstanceOf(TaskOutcome.Failure.class);
        return (TaskOutcome.Failure<?>) Objects.requireNonNull(outcome);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeOfTheCallerSaysWhatIsWrongAndRunsOnce(Signature<?> mistake) {
        RUNS.set(0);
        Canvas retrying = nodes.canvas()
                .withRetry(RetryPolicy.backoff(3, Duration.ofMillis(1)).onlyIf(failure -> true));
        TaskOutcome.Failure<?> failure = failure(retrying, mistake);
        assertThat(failure.kind()).as(failure.message()).isEqualTo(FailureKind.BAD_ARGUMENTS);
        assertThat(failure.attempt()).isOne();
        assertThat(failure.message()).containsPattern("the argument '(value|reading)'|gives several values");
        assertThat(RUNS).hasValue(0);
    }

    @Test
    void aMisspeltFieldIsNamed() {
        TaskOutcome.Failure<?> failure = failure(nodes.canvas(), SHOW.s(Map.of("sensor", "s", "valeu", 3)));
        assertThat(failure.message()).contains("show(): the argument 'reading'").contains("\"valeu\"");
    }
}
