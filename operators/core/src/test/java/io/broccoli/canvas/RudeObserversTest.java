package io.broccoli.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.task.FailureKind;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.window.Window;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What observers of failures throw, and subscribers of dead letters: it ends their stream, and nothing else. */
@Timeout(60)
class RudeObserversTest {

    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Task<Integer> HALF = Task.of("half", Integer.class);
    private static final Task<Integer> SUM = Task.of("sum", Integer.class);

    private static Nodes nodes;
    private static Canvas canvas;

    @BeforeAll
    static void start() {
        nodes = Nodes.offering(TaskRegistry.builder()
                .task("half", "x", Integer.class, x -> {
                    if (x % 2 != 0) {
                        throw new IllegalArgumentException(x + " is odd");
                    }
                    return x / 2;
                })
                .task("sum", "xs", List.class, xs -> {
                    throw new IllegalArgumentException(xs + " is no number");
                })
                .build());
        canvas = nodes.canvas();
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Neither an exception nor an error. */
    private static final class Smuggled extends Throwable {
        private static final long serialVersionUID = 1L;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static List<Throwable> throwables() {
        return List.of(
                new IllegalStateException("no mood"),
                new AssertionError("never"),
                new StackOverflowError("too deep"),
                new NoClassDefFoundError("a/b"),
                new IOException("no disk"),
                new Smuggled());
    }

    private static Stream<Arguments> stagesAndThrowables() {
        Function<Consumer<TaskOutcome.Failure<?>>, Stage<Object, ?>> map =
                observer -> canvas.map(HALF).skipFailures(observer);
        Function<Consumer<TaskOutcome.Failure<?>>, Stage<Object, ?>> chunks =
                observer -> canvas.chunks(HALF, 3).skipFailures(observer);
        Function<Consumer<TaskOutcome.Failure<?>>, Stage<Object, ?>> timed =
                observer -> canvas.chunks(HALF, 3, Duration.ofMillis(50)).skipFailures(observer);
        Function<Consumer<TaskOutcome.Failure<?>>, Stage<Object, ?>> windows =
                observer -> canvas.chord(Window.tumbling(3), SUM.s()).skipFailures(observer);
        return throwables().stream()
                .flatMap(thrown -> Stream.of(
                        Arguments.of("map", map, thrown),
                        Arguments.of("chunks", chunks, thrown),
                        Arguments.of("chunks by time", timed, thrown),
                        Arguments.of("windows", windows, thrown)));
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("stagesAndThrowables")
    void whatAnObserverThrowsEndsItsStream(
            String name, Function<Consumer<TaskOutcome.Failure<?>>, Stage<Object, ?>> stage, Throwable thrown) {
        AtomicInteger heard = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        Flux<?> rude = Flux.range(0, 1_000_000)
                .cast(Object.class)
                .doOnCancel(cancelled::incrementAndGet)
                .transform(stage.apply(failure -> {
                    heard.incrementAndGet();
                    RudeObserversTest.<RuntimeException>raise(thrown);
                }));
        Flux<Integer> beside = Flux.range(0, 1_000).map(x -> 2 * x).transform(canvas.map(HALF));
        CompletableFuture<List<Integer>> others = beside.collectList().toFuture();
        StepVerifier.create(rude)
                .thenConsumeWhile(any -> true)
                .expectErrorSatisfies(error -> assertThat(root(error)).isSameAs(thrown))
                .verify(BOUND);
        assertThat(heard).hasValue(1);
        assertThat(cancelled).hasValue(1);
        assertThat(others.orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join()).hasSize(1_000);
    }

    /** Reactor wraps what is neither an exception nor an error. */
    private static Throwable root(Throwable error) {
        return error.getCause() == null ? error : error.getCause();
    }

    // ---- dead letters

    private static Stream<Throwable> whatIsThrown() {
        return throwables().stream();
    }

    @ParameterizedTest
    @MethodSource("whatIsThrown")
    void aSubscriberOfDeadLettersThatThrowsLosesNoFailureInSilence(Throwable thrown) {
        DeadLetters letters = DeadLetters.bounded(8);
        AtomicInteger taken = new AtomicInteger();
        letters.flux().subscribe(new BaseSubscriber<TaskOutcome.Failure<?>>() {
            @Override
            protected void hookOnNext(TaskOutcome.Failure<?> failure) {
                if (taken.incrementAndGet() == 3) {
                    RudeObserversTest.<RuntimeException>raise(thrown);
                }
            }

            @Override
            protected void hookOnError(Throwable error) {
                assertThat(root(error)).isSameAs(thrown);
            }
        });
        AtomicInteger halves = new AtomicInteger();
        Flux<Integer> source = Flux.range(0, 1_000).transform(canvas.map(HALF).skipFailures(letters));
        StepVerifier.create(source)
                .thenConsumeWhile(half -> halves.incrementAndGet() > 0)
                .expectErrorSatisfies(error -> assertThat(root(error))
                        .satisfiesAnyOf(own -> assertThat(own).isSameAs(thrown), refused -> assertThat(refused)
                                .isInstanceOf(TaskException.class)))
                .verify(BOUND);
        assertThat(taken).hasValue(3);
        assertThat(halves.get()).isLessThan(40); // not long after
        StepVerifier.create(Flux.just(2, 3, 4).transform(canvas.map(HALF).skipFailures(letters)))
                .expectNext(1)
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(TaskException.class).hasMessageContaining("3 is odd"))
                .verify(BOUND);
    }

    @Test
    void whoLeavesItsDeadLettersEndsTheStagesThatHaveMore() {
        DeadLetters letters = DeadLetters.bounded(8);
        letters.flux().take(2).subscribe();
        StepVerifier.create(Flux.range(0, 1_000).transform(canvas.map(HALF).skipFailures(letters)))
                .thenConsumeWhile(half -> true)
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(TaskException.class);
                    assertThat(((TaskException) error).failure().kind()).isEqualTo(FailureKind.TASK_FAILED);
                })
                .verify(BOUND);
    }
}
