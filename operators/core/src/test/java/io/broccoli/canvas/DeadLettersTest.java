package io.broccoli.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.RetryPolicy;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Elements that failed come out of a stream of their own. */
@Timeout(20)
class DeadLettersTest {

    private static final Duration TIME = Duration.ofSeconds(10);
    private static final Task<Integer> HALF = Task.of("half", Integer.class);

    private static TaskRegistry tasks() {
        return TaskRegistry.builder()
                .task("half", "x", Integer.class, x -> {
                    if (x % 2 != 0) {
                        throw new IllegalArgumentException(x + " is odd");
                    }
                    return x / 2;
                })
                .build();
    }

    @Test
    void failuresCarryTheirTaskArgumentsNodeAttemptAndCause() {
        try (Nodes nodes = Nodes.offering(tasks())) {
            DeadLetters letters = DeadLetters.bounded(16);
            Canvas canvas = nodes.canvas().withRetry(RetryPolicy.backoff(2, Duration.ofMillis(1)));
            Flux<Integer> halves = Flux.range(0, 10).transform(canvas.map(HALF).skipFailures(letters));
            StepVerifier.create(halves)
                    .expectNext(0, 1, 2, 3, 4)
                    .expectComplete()
                    .verify(TIME);
            letters.close();
            List<TaskOutcome.Failure<?>> failures = letters.flux().collectList().block(TIME);
            assertThat(failures).hasSize(5).allSatisfy(failure -> {
                assertThat(failure.task()).isEqualTo("half");
                assertThat(failure.node()).isNotEmpty();
                assertThat(failure.attempt()).isEqualTo(3);
                assertThat(failure.kind()).isEqualTo(FailureKind.TASK_FAILED);
                assertThat(failure.message()).isEqualTo(failure.arguments().get(0) + " is odd");
            });
        }
    }

    @Test
    void aStageFailsWhenNobodyTakesItsDeadLetters() {
        try (Nodes nodes = Nodes.offering(tasks())) {
            DeadLetters letters = DeadLetters.bounded(8);
            Flux<Integer> halves =
                    Flux.range(0, 100).transform(nodes.canvas().map(HALF).skipFailures(letters));
            StepVerifier.create(halves)
                    .thenConsumeWhile(each -> true)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(TaskException.class)
                            .hasMessageContaining("17 is odd")
                            .satisfies(thrown ->
                                    assertThat(thrown.getSuppressed()[0]).hasMessageContaining("at most 8 wait")))
                    .verify(TIME);
        }
    }
}
