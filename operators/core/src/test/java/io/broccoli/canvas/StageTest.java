package io.broccoli.canvas;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.chord;
import static io.broccoli.canvas.Canvas.chunks;
import static io.broccoli.canvas.Canvas.group;
import static io.broccoli.canvas.Canvas.map;
import static io.broccoli.canvas.Canvas.range;
import static io.broccoli.canvas.Canvas.starmap;
import static io.broccoli.window.Window.tumbling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.RetryPolicy;
import io.broccoli.route.Router;
import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Parameter;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Stages and single runs over three nodes of this process. */
@Timeout(60)
@NullUnmarked
class StageTest {

    private static final Duration BOUND = Duration.ofSeconds(20);

    private static final Task<Integer> ADD = Task.of("add", Integer.class);
    private static final Task<Integer> MUL = Task.of("mul", Integer.class);
    private static final Task<Integer> NEG = Task.of("neg", Integer.class);
    private static final Task<Integer> XSUM = Task.of("xsum", Integer.class);
    private static final Task<Object> IDENTITY = Task.of("identity");
    private static final Task<Object> FAIL = Task.of("fail");
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

    // ---- once

    @Test
    void theWordsReadAsInTheReadme() {
        assertThat(canvas.run(chain(ADD.s(4, 4), MUL.s(8), MUL.s(10))).block(BOUND))
                .isEqualTo(640);
        assertThat(canvas.run(chord(range(0, 10).map(i -> ADD.s(i, i)), XSUM.s()))
                        .block(BOUND))
                .isEqualTo(90);
        assertThat(canvas.run(group(ADD.s(2, 2), group(ADD.s(4, 4)))).block(BOUND))
                .isEqualTo(List.of(4, 8));
        assertThat(canvas.run(map(
                                XSUM,
                                List.of(range(0, 10).toList(), range(0, 100).toList())))
                        .block(BOUND))
                .containsExactly(45, 4950);
        assertThat(canvas.run(ADD.s(1, 1).then(MUL.s(2)).then(NEG.s())).block(BOUND))
                .isEqualTo(-4);
    }

    @Test
    void theOutcomesOfAGroupAreThoseOfItsMembersSuccessesToo() {
        Signature.Group<Integer> group =
                group(List.of(ADD.s(1, 1), new Task<Integer>("fail", Integer.class).s("no"), MUL.s(2, 3), ADD.s(1)));
        List<Object> values = canvas.outcomes(group)
                .<Object>map(outcome -> outcome instanceof TaskOutcome.Success<Integer> success
                        ? success.value()
                        : ((TaskOutcome.Failure<Integer>) outcome).kind())
                .collectList()
                .block(BOUND);
        assertThat(values).containsExactly(2, FailureKind.TASK_FAILED, 6, FailureKind.BAD_ARGUMENTS);
    }

    @Test
    void aGroupWithinAGroupIsSplicedInItsOutcomesAndTakesWhatFlowsIntoIt() {
        Signature<?> inner = new Signature.Applied<>(group(ADD.s(1), MUL.s(5)), List.of(10), Map.of());
        Signature.Group<Integer> outer = new Signature.Group<>(List.of(ADD.s(2, 2), inner));
        StepVerifier.create(canvas.outcomes(outer).map(each -> ((TaskOutcome.Success<Integer>) each).value()))
                .expectNext(4, 11, 50)
                .verifyComplete();
    }

    @Test
    void aMistakeOfTheCallerIsNeverTriedAgain() {
        AtomicInteger asked = new AtomicInteger();
        Canvas retrying =
                canvas.withRetry(RetryPolicy.backoff(3, Duration.ofMillis(1)).onlyIf(failure -> {
                    asked.incrementAndGet();
                    return true;
                }));
        for (Signature<Integer> mistake :
                List.of(ADD.s(1), ADD.s(1, 2, 3), ADD.s(1, 2).with("z", 1))) {
            TaskOutcome<Integer> outcome = retrying.outcome(mistake).block(BOUND);
            assertThat(outcome).isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
                assertThat(failure.attempt()).isEqualTo(1);
            });
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void aNullResultIsAnEmptyMonoAndASuccess() {
        StepVerifier.create(canvas.run(MAPPER.s("the"))).verifyComplete();
        StepVerifier.create(canvas.outcome(MAPPER.s("the")))
                .expectNext(new TaskOutcome.Success<>(null))
                .verifyComplete();
    }

    @Test
    void nothingRunsBeforeTheSubscriptionAndEachSubscriptionRuns() {
        try (Nodes own = Nodes.builtIn()) {
            Mono<Integer> run = own.canvas().run(ADD.s(1, 1));
            own.awaitSucceeded(0);
            run.block(BOUND);
            run.block(BOUND);
            own.awaitSucceeded(2);
        }
    }

    @Test
    void aFailureIsAnErrorWithTaskNodeAndStep() {
        StepVerifier.create(canvas.run(chain(ADD.s(1, 1), FAIL.si("boom"), NEG.s())))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TaskException.class)
                        .hasMessageContainingAll("boom", "task fail", "step 2", "node-"))
                .verify(BOUND);
    }

    @Test
    void whatCannotBeRunIsAnErrorOfTheMonoAndAnExceptionOfTheStage() {
        StepVerifier.create(canvas.outcome(chain(List.of())))
                .assertNext(outcome ->
                        assertThat(((TaskOutcome.Failure<?>) outcome).kind()).isEqualTo(FailureKind.BAD_ARGUMENTS))
                .verifyComplete();
        assertThatThrownBy(() -> canvas.map(chain(List.of()))).isInstanceOf(BadArgumentsException.class);
    }

    @Test
    void aResultOfAnotherTypeIsConvertedOrFails() {
        StepVerifier.create(canvas.run(ADD.s(1, 2).as(Long.class)))
                .expectNext(3L)
                .verifyComplete();
        StepVerifier.create(canvas.run(ADD.s(1, 2).as(List.class)))
                .expectErrorMatches(error -> error instanceof TaskException failed
                        && failed.failure().kind() == FailureKind.CONVERSION)
                .verify(BOUND);
    }

    @Test
    void aCanvasThatTakesTooLongTimesOut() {
        StepVerifier.create(canvas.withTimeout(Duration.ofMillis(100))
                        .run(Task.of("sleep_then").s(1, 5_000)))
                .expectErrorMatches(error -> error instanceof TaskException failed
                        && failed.failure().kind() == FailureKind.TIMEOUT)
                .verify(BOUND);
    }

    @Test
    void mapsStarmapsAndChunksStream() {
        assertThat(canvas.stream(map(IDENTITY, Arrays.asList(1, null, 3)))
                        .collectList()
                        .block(BOUND))
                .containsExactly(1, 3);
        assertThat(canvas.stream(starmap(ADD, List.of(List.of(1, 2), Args.of(3, 4))))
                        .collectList()
                        .block(BOUND))
                .containsExactly(3, 7);
        assertThat(canvas.stream(chunks(ADD, range(0, 5).map(i -> List.of(i, i)).toList(), 2))
                        .collectList()
                        .block(BOUND))
                .containsExactly(List.of(0, 2), List.of(4, 6), List.of(8));
    }

    // ---- stages

    @Test
    void anyCanvasIsAStage() {
        assertThat(Flux.range(1, 500).transform(canvas.map(NEG)).collectList().block(BOUND))
                .isEqualTo(IntStream.rangeClosed(1, 500).mapToObj(i -> -i).toList());
        assertThat(Flux.range(1, 3)
                        .transform(canvas.map(chain(ADD.s(1), MUL.s(10), NEG.s())))
                        .collectList()
                        .block(BOUND))
                .containsExactly(-20, -30, -40);
        assertThat(Flux.range(1, 2)
                        .transform(canvas.map(group(ADD.s(1), MUL.s(10), NEG.si(7))))
                        .collectList()
                        .block(BOUND))
                .isEqualTo(List.of(List.of(2, 10, -7), List.of(3, 20, -7)));
        assertThat(Flux.just(Args.of(1, 2), 3)
                        .transform(canvas.map(ADD.s(10)).outcomes())
                        .collectList()
                        .block(BOUND))
                .satisfies(outcomes -> {
                    assertThat(outcomes.get(0)).isInstanceOf(TaskOutcome.Failure.class); // add(1, 2, 10)
                    assertThat(outcomes.get(1)).isEqualTo(new TaskOutcome.Success<>(13));
                });
        assertThat(Flux.just(List.of(1, 2), List.of(3, 4))
                        .transform(canvas.starmap(ADD))
                        .collectList()
                        .block(BOUND))
                .containsExactly(3, 7);
    }

    @Test
    void chunksAreOneTaskForManyElements() {
        try (Nodes own = Nodes.builtIn()) {
            assertThat(Flux.range(0, 100)
                            .transform(Stage.flat(own.canvas().chunks(NEG, 30, Duration.ofSeconds(5))))
                            .collectList()
                            .block(BOUND))
                    .isEqualTo(IntStream.range(0, 100).mapToObj(i -> -i).toList());
            own.awaitSucceeded(4);
        }
        assertThat(Flux.just(Args.of(1, 2), Args.of(3, 4))
                        .transform(canvas.chunks(ADD, 10))
                        .blockLast(BOUND))
                .containsExactly(3, 7);
    }

    @Test
    void chunksAreClosedByTimeToo() {
        StepVerifier.create(Flux.just(1, 2, 3)
                        .concatWith(Flux.never())
                        .transform(canvas.chunks(NEG, 30, Duration.ofMillis(50))))
                .expectNext(List.of(-1, -2, -3))
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void windowsFlowIntoTheBodyOfAChord() {
        assertThat(Flux.range(1, 7)
                        .transform(canvas.chord(tumbling(3), chain(XSUM.s(), NEG.s())))
                        .collectList()
                        .block(BOUND))
                .containsExactly(-6, -15, -7);
        StepVerifier.create(Flux.just(1, 2)
                        .concatWith(Flux.never())
                        .transform(canvas.chord(tumbling(Duration.ofMillis(50)), XSUM.s())))
                .expectNext(3)
                .thenCancel()
                .verify(BOUND);
        StepVerifier.create(Flux.<Integer>empty().transform(canvas.chord(tumbling(3), XSUM.s())))
                .verifyComplete();
    }

    @Test
    void aReductionFoldsPiecesInOrder() {
        Task<String> join = Task.of("concat_all", String.class);
        TaskRegistry joining = TaskRegistry.builder()
                .task(
                        "concat_all",
                        (context, args) -> ((List<?>) args[0])
                                .stream().map(String::valueOf).collect(Collectors.joining()),
                        Parameter.of("xs"))
                .build();
        try (Nodes own = Nodes.offering(joining, joining)) {
            Flux<String> source = Flux.range(0, 2_500).map(i -> i % 1_000 + ",");
            String thousand = String.join("", range(0, 1_000).map(i -> i + ",").toList());
            String rest = String.join("", range(0, 500).map(i -> i + ",").toList());
            assertThat(source.transform(own.canvas().reduce(tumbling(1_000), join.s()))
                            .collectList()
                            .block(BOUND))
                    .containsExactly(thousand, thousand, rest);
            // By time: one window, since all comes at once.
            assertThat(source.take(1_000)
                            .transform(own.canvas().reduce(tumbling(Duration.ofSeconds(2), 10_000), join.s()))
                            .collectList()
                            .block(BOUND))
                    .containsExactly(thousand);
        }
    }

    @Test
    void aReductionOfAWindowWithAFailureIsAFailureOnce() {
        Flux<Object> source = Flux.range(0, 1_200).map(i -> i == 300 ? "no number" : i);
        Stage<Object, Integer> stage = canvas.reduce(tumbling(600), XSUM.s()).skipFailures(failure -> {});
        assertThat(source.transform(stage).collectList().block(BOUND))
                .containsExactly(IntStream.range(600, 1_200).sum());
        assertThat(stage.skipped()).isEqualTo(1);
    }

    @Test
    void aReductionByTimeGivesOneResultAWindow() {
        Flux<Integer> source = Flux.concat(
                Flux.range(0, 700),
                Flux.range(700, 20).delayElements(Duration.ofMillis(5)),
                Mono.delay(Duration.ofMillis(900)).then(Mono.just(1)));
        assertThat(source.transform(canvas.reduce(tumbling(Duration.ofMillis(500)), XSUM.s()))
                        .collectList()
                        .block(BOUND))
                .containsExactly(IntStream.range(0, 720).sum(), 1);
    }

    @Test
    void aFlatStageLeavesOutNulls() {
        Stage<Object, List<List<Object>>> stage = canvas.chunks(MAPPER, 2);
        assertThat(Flux.just("the", "Wolf", "and", "Lamb")
                        .transform(Stage.flat(stage))
                        .collectList()
                        .block(BOUND))
                .containsExactly(List.of("Wolf", 1), List.of("Lamb", 1));
        assertThat(stage.nullResults()).isEqualTo(2);
    }

    @Test
    void anEmptySourceReducesToNothing() {
        StepVerifier.create(Flux.<Integer>empty().transform(canvas.reduce(tumbling(1_000), XSUM.s())))
                .verifyComplete();
        StepVerifier.create(Flux.<Integer>empty().transform(canvas.reduce(tumbling(10), XSUM.s())))
                .verifyComplete();
    }

    @Test
    void whatIsTooLargeForSmallNodesIsCutAndJoinedAgain() {
        try (Nodes small = Nodes.small()) {
            Canvas own = small.canvas();
            List<List<Integer>> pairs =
                    range(0, 500).map(i -> List.of(1_000 + i, i)).toList();
            List<Integer> sums = range(0, 500).map(i -> 1_000 + 2 * i).toList();
            assertThat(own.run(chunks(ADD, pairs, 250)).block(BOUND))
                    .containsExactly(sums.subList(0, 250), sums.subList(250, 500));
            assertThat(Flux.fromIterable(pairs)
                            .map(pair -> new Args(pair))
                            .transform(Stage.flat(own.chunks(ADD, 400)))
                            .collectList()
                            .block(BOUND))
                    .isEqualTo(sums);
            assertThat(Flux.range(100_000, 2_000)
                            .transform(own.reduce(tumbling(1_000), XSUM.s()))
                            .collectList()
                            .block(BOUND))
                    .containsExactly(
                            IntStream.range(100_000, 101_000).sum(),
                            IntStream.range(101_000, 102_000).sum());
            List<Signature<?>> steps = new ArrayList<>(Collections.nCopies(100, ADD.s(1_000_000)));
            assertThat(own.run(chain(steps).apply(0)).block(BOUND)).isEqualTo(100_000_000);
        }
    }

    // ---- null, failures

    @Test
    void nullResultsAreLeftOutAndCounted() {
        Stage<Object, List<Object>> stage = canvas.map(MAPPER);
        assertThat(Flux.just("the", "Wolf", "and", "Lamb")
                        .transform(stage)
                        .collectList()
                        .block(BOUND))
                .containsExactly(List.of("Wolf", 1), List.of("Lamb", 1));
        assertThat(stage.nullResults()).isEqualTo(2);
        assertThat(Flux.just("the").transform(stage.outcomes()).blockLast(BOUND))
                .isEqualTo(new TaskOutcome.Success<>(null));
    }

    @Test
    void nullResultsDoNotStarveTheSubscriber() {
        StepVerifier.create(
                        Flux.range(0, 5_000)
                                .map(i -> i % 100 == 0 ? "Wolf" : "the")
                                .transform(canvas.map(MAPPER)),
                        3)
                .expectNextCount(3)
                .thenRequest(48)
                .expectNextCount(47)
                .expectComplete()
                .verify(BOUND);
    }

    @Test
    void theFirstFailureEndsTheStreamAndCancelsTheSource() {
        TestPublisher<Object> source = TestPublisher.create();
        StepVerifier.create(source.flux().transform(canvas.map(NEG)))
                .then(() -> source.next(1))
                .expectNext(-1)
                .then(() -> source.next("no number"))
                .expectErrorMatches(error -> error instanceof TaskException failed
                        && failed.failure().kind() == FailureKind.TASK_FAILED)
                .verify(BOUND);
        source.assertCancelled();
    }

    @Test
    void failuresCanBeSkippedAndCounted() {
        List<TaskOutcome.Failure<Integer>> seen = new ArrayList<>();
        Stage<Object, Integer> stage = canvas.map(NEG).skipFailures(seen::add);
        assertThat(Flux.<Object>just(1, "a", 2, "b", 3)
                        .transform(stage)
                        .collectList()
                        .block(BOUND))
                .containsExactly(-1, -2, -3);
        assertThat(stage.skipped()).isEqualTo(2);
        assertThat(seen).hasSize(2).allSatisfy(each -> assertThat(each.task()).isEqualTo("neg"));
    }

    @Test
    void aFailedChunkCountsAllItsElements() {
        Stage<Object, List<Integer>> stage = canvas.chunks(NEG, 4).skipFailures(failure -> {});
        assertThat(Flux.<Object>just(1, 2, 3, 4, 5, "x", 7, 8, 9, "y")
                        .transform(stage)
                        .collectList()
                        .block(BOUND))
                .containsExactly(List.of(-1, -2, -3, -4));
        assertThat(stage.skipped()).isEqualTo(6);
    }

    @Test
    void anErrorOfTheSourceComesAfterTheResultsOfWhatCameBefore() {
        StepVerifier.create(Flux.just(1, 2)
                        .concatWith(Flux.error(new IllegalStateException("source")))
                        .transform(canvas.map(NEG)))
                .expectNext(-1, -2)
                .expectErrorMessage("source")
                .verify(BOUND);
    }

    // ---- demand

    @Test
    void anEndlessSourceIsPulledNoFurtherThanTheWindow() {
        AtomicLong pulled = new AtomicLong();
        AtomicBoolean cancelled = new AtomicBoolean();
        Flux<Integer> endless = Flux.<Integer>generate(sink -> sink.next((int) pulled.incrementAndGet()))
                .doOnCancel(() -> cancelled.set(true));
        StepVerifier.create(endless.transform(canvas.withWindow(8).map(NEG)), 5)
                .expectNext(-1, -2, -3, -4, -5)
                .expectNoEvent(Duration.ofMillis(300))
                .then(() -> assertThat(pulled).hasValueBetween(5, 5 + 8))
                .thenRequest(2)
                .expectNext(-6, -7)
                .thenCancel()
                .verify(BOUND);
        assertThat(pulled.get()).isLessThanOrEqualTo(7 + 8);
        assertThat(cancelled).isTrue();
    }

    @Test
    void anEndlessSourceOfChunksIsPulledNoFurtherThanTheWindowOfThem() {
        AtomicLong pulled = new AtomicLong();
        Flux<Long> endless = Flux.generate(sink -> sink.next(pulled.incrementAndGet()));
        StepVerifier.create(endless.transform(canvas.withWindow(4).chunks(NEG, 10)), 1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(300))
                .then(() -> assertThat(pulled.get()).isBetween(10L, (1 + 4) * 10L))
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void theFirstResultComesWhileTheSourceStillRuns() {
        StepVerifier.create(Flux.just(1).concatWith(Flux.never()).transform(canvas.map(chain(ADD.s(1), NEG.s()))))
                .expectNext(-2)
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void unorderedResultsComeAsTheyEnd() {
        Task<Integer> sleep = Task.of("sleep_then", Integer.class);
        Flux<List<Integer>> source = Flux.just(List.of(1, 500), List.of(2, 0), List.of(3, 0));
        assertThat(source.transform(canvas.unordered().starmap(sleep))
                        .collectList()
                        .block(BOUND))
                .containsExactlyInAnyOrder(1, 2, 3)
                .endsWith(1);
        assertThat(source.transform(canvas.starmap(sleep)).collectList().block(BOUND))
                .containsExactly(1, 2, 3);
    }

    // ---- routing, names

    @Test
    void routersSeeElementsNotWhatAPlanMakesOfThem() {
        Set<Object> seen = ConcurrentHashMap.newKeySet();
        Canvas routed = canvas.routedBy(element -> {
            seen.add(String.valueOf(element));
            return Router.toNode("node-2").route(element);
        });
        routed.run(chain(ADD.s("a", "b"), IDENTITY.s())).block(BOUND);
        Flux.just(Args.of(1, 2)).transform(routed.map(ADD)).blockLast(BOUND);
        Flux.just(List.of(3, 4)).transform(routed.starmap(ADD)).blockLast(BOUND);
        Flux.just(5, 6).transform(routed.chunks(NEG, 2)).blockLast(BOUND);
        Flux.just(7, 8).transform(routed.chord(tumbling(2), XSUM.s())).blockLast(BOUND);
        assertThat(seen).containsExactlyInAnyOrder("a", "1", "3", "5", "7");
    }

    @Test
    void aNodeThatIsNamedByTheRouterIsTheOneThatFails() {
        StepVerifier.create(canvas.routedBy(Router.toNode("node-3")).run(chain(group(NEG.s(1)), FAIL.si("x"))))
                .expectErrorMatches(error -> error instanceof TaskException failed
                        && failed.failure().node().equals("node-3"))
                .verify(BOUND);
    }

    @Test
    void aStageIsNamed() {
        Flux<Integer> flux = Flux.just(1).transform(canvas.named("calibrate").map(NEG));
        assertThat(Scannable.from(flux).name()).isEqualTo("calibrate");
    }
}
