package io.broccoli.canvas;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.group;
import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.task.FailureKind;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.task.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Tasks that give several values, over three nodes of this process. */
@Timeout(60)
@NullUnmarked
class FlatMapTest {

    private static final Duration BOUND = Duration.ofSeconds(20);

    private static final Task<Integer> COUNT = Task.of("count", Integer.class);
    private static final Task<Integer> COUNT_THEN_FAIL = Task.of("count_then_fail", Integer.class);
    private static final Task<Integer> ADD = Task.of("add", Integer.class);
    private static final Task<Integer> NEG = Task.of("neg", Integer.class);
    private static final Task<List<Object>> MAPPER = new Task<>("mapper", List.class);

    private static Nodes nodes;
    private static Canvas canvas;

    @BeforeAll
    static void start() {
        nodes = Nodes.builtIn();
        canvas = nodes.canvas();
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void eachValueIsAResultInOrder() {
        StepVerifier.create(Flux.just(3, 0, 100, 2).transform(canvas.flatMap(COUNT)))
                .expectNextSequence(Flux.just(3, 0, 100, 2)
                        .concatMap(n -> Flux.range(0, n))
                        .collectList()
                        .block())
                .expectComplete()
                .verify(BOUND);
    }

    @Test
    void valuesComeAsTheyAreThereWhereOrderDoesNotMatter() {
        List<Integer> values = Flux.range(0, 30)
                .transform(canvas.unordered().flatMap(COUNT))
                .collectList()
                .block(BOUND);
        assertThat(values).hasSize(30 * 29 / 2);
        assertThat(Collections.frequency(values, 0)).isEqualTo(29);
        assertThat(Collections.frequency(values, 28)).isEqualTo(1);
    }

    @Test
    void oneCallIsAStream() {
        StepVerifier.create(canvas.stream(COUNT.s(5)))
                .expectNext(0, 1, 2, 3, 4)
                .expectComplete()
                .verify(BOUND);
        StepVerifier.create(canvas.stream(chain(ADD.s(1, 1), ADD.s(1), COUNT.s())))
                .expectNext(0, 1, 2)
                .expectComplete()
                .verify(BOUND);
    }

    @Test
    void theLastStepMayGiveSeveralOfAChainThatNoNodeOffersWhole() {
        try (Nodes split = Nodes.offering(
                BuiltInTasks.registry(List.of("add", "neg")).build(),
                BuiltInTasks.registry(List.of("count")).build())) {
            StepVerifier.create(
                            Flux.just(-3, -1).transform(split.canvas().flatMap(chain(ADD.s(1), NEG.s(), COUNT.s()))))
                    .expectNext(0, 1)
                    .expectComplete()
                    .verify(BOUND);
        }
    }

    @Test
    void aTaskOrACanvasThatGivesOneValueGivesOneResult() {
        StepVerifier.create(Flux.just(1, 2).transform(canvas.flatMap(NEG)))
                .expectNext(-1, -2)
                .expectComplete()
                .verify(BOUND);
        StepVerifier.create(Flux.just(1, 2).transform(canvas.flatMap(group(NEG.s(), ADD.s(1)))))
                .expectNext(List.of(-1, 2), List.of(-2, 3))
                .expectComplete()
                .verify(BOUND);
        Stage<Object, List<Object>> nulls = canvas.flatMap(MAPPER);
        StepVerifier.create(Flux.just("the", "cat").transform(nulls))
                .expectComplete()
                .verify(BOUND);
        assertThat(nulls.nullResults()).isEqualTo(2);
    }

    @Test
    void severalValuesWhereOneIsAskedForFailAndSayWhatToUse() {
        StepVerifier.create(canvas.run(COUNT.s(3)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TaskException.class)
                        .hasMessageContaining(
                                "count gives several values, and one is asked for: use flatMap or stream"))
                .verify(BOUND);
        StepVerifier.create(canvas.run(group(COUNT.s(3))))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("use flatMap or stream"))
                .verify(BOUND);
        StepVerifier.create(Flux.just(1, 2).transform(canvas.chunks(COUNT, 2)))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("a part of a chunk cannot"))
                .verify(BOUND);
        StepVerifier.create(canvas.stream(chain(COUNT.s(3), NEG.s())))
                .expectErrorSatisfies(error ->
                        assertThat(error).hasMessageContaining("a step of a chain that is not the last cannot"))
                .verify(BOUND);
    }

    @Test
    void aFailureComesBehindItsValuesAndTheRestGoesOn() {
        List<TaskOutcome.Failure<Integer>> failures = new ArrayList<>();
        Stage<Object, Integer> stage = canvas.flatMap(COUNT_THEN_FAIL).skipFailures(failures::add);
        StepVerifier.create(Flux.just(2, 0, 1).transform(stage))
                .expectNext(0, 1, 0)
                .expectComplete()
                .verify(BOUND);
        assertThat(failures).extracting(TaskOutcome.Failure::message).containsExactly("after 2", "after 0", "after 1");
        assertThat(stage.skipped()).isEqualTo(3);

        List<TaskOutcome<Integer>> outcomes = Flux.just(2, 1)
                .transform(canvas.flatMap(COUNT_THEN_FAIL).outcomes())
                .collectList()
                .block(BOUND);
        assertThat(outcomes).hasSize(5);
        assertThat(outcomes.get(2)).isInstanceOf(TaskOutcome.Failure.class);
        StepVerifier.create(Flux.just(2, 1).transform(canvas.flatMap(COUNT_THEN_FAIL)))
                .expectNext(0, 1)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("after 2"))
                .verify(BOUND);
    }

    @Test
    void theSubscribersDemandReachesTheHandler() throws Exception {
        AtomicLong requested = new AtomicLong();
        CountDownLatch cancelled = new CountDownLatch(1);
        TaskRegistry tasks = TaskRegistry.builder()
                .task("endless", "n", Integer.class, n -> Flux.range(0, Integer.MAX_VALUE)
                        .doOnRequest(requested::addAndGet)
                        .doOnCancel(cancelled::countDown))
                .build();
        try (Nodes own = Nodes.offering(tasks)) {
            Flux<Integer> values = own.canvas().withItems(10).stream(
                    Task.of("endless", Integer.class).s(1));
            StepVerifier.create(values, 0)
                    .thenRequest(25)
                    .expectNextCount(25)
                    .then(() -> assertThat(requested).hasValueBetween(25, 35))
                    .thenRequest(25)
                    .expectNextCount(25)
                    .then(() -> assertThat(requested).hasValueBetween(50, 60))
                    .thenCancel()
                    .verify(BOUND);
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void valuesOfTheWrongTypeEndTheirElement() {
        List<TaskOutcome<String>> outcomes = Flux.just(5, 0)
                .transform(canvas.flatMap(Task.of("count", String.class)).outcomes())
                .collectList()
                .block(BOUND);
        assertThat(outcomes).singleElement().isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> assertThat(
                        failure.kind())
                .isEqualTo(FailureKind.CONVERSION));
    }

    // ---- what is sent

    @Test
    void onlyTheLastPartOfAChainMayGiveSeveral() {
        ScriptedRun run = new ScriptedRun(names -> names.size() < 2);
        CanvasPlan.ofSeveral(chain(ADD.s(1, 1), COUNT.s())).begin(Args.of(), run);
        run.succeedNext(2);
        assertThat(run.sent).hasSize(2);
        assertThat(run.streamed).hasSize(1).first().isInstanceOf(Work.Call.class);

        ScriptedRun row = new ScriptedRun();
        CanvasPlan.ofSeveral(chain(ADD.s(1, 1), COUNT.s())).begin(Args.of(), row);
        assertThat(row.streamed).hasSize(1).first().isInstanceOf(Work.Chain.class);
    }

    @Test
    void aRowThatGaveValuesIsNotTriedInPieces() {
        ScriptedRun fresh = new ScriptedRun();
        CanvasPlan.ofSeveral(chain(ADD.s(1, 1), COUNT.s())).begin(Args.of(), fresh);
        fresh.failNext(FailureKind.TOO_LARGE, 2);
        assertThat(fresh.outcome).isNull();

        ScriptedRun run = new ScriptedRun();
        CanvasPlan.ofSeveral(chain(ADD.s(1, 1), COUNT.s())).begin(Args.of(), run);
        run.items = true;
        run.failNext(FailureKind.TOO_LARGE, 2);
        assertThat(run.outcome).isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(failure.step()).isEqualTo(2);
            assertThat(failure.task()).isEqualTo("count");
        });
    }
}
