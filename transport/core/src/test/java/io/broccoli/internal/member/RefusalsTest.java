package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What cannot be done is refused, soon and clearly. */
class RefusalsTest {

    private static <I, R> TaskOutcome.Failure<R> failure(World world, Cluster client, I element, Plan<I, R> plan) {
        List<TaskOutcome<R>> outcomes = new ArrayList<>();
        client.dispatch(Mono.just(element), plan, DispatchOptions.DEFAULTS.withTimeout(Duration.ofSeconds(5)))
                .subscribe(outcomes::add);
        world.await(() -> !outcomes.isEmpty(), Duration.ofSeconds(6));
        return (TaskOutcome.Failure<R>) outcomes.get(0);
    }

    @Test
    void aTaskThatNobodyOffersIsUnknown() throws Exception {
        try (World world = new World()) {
            world.node("a");
            var failure = failure(world, world.client(1), 1, Calls.of("nonsense"));
            assertThat(failure.kind()).isEqualTo(FailureKind.UNKNOWN_TASK);
            assertThat(failure.message()).contains("nonsense").contains("add");
        }
    }

    @Test
    void wrongArgumentsAreRefusedBeforeAnythingRuns() throws Exception {
        try (World world = new World()) {
            world.node("a");
            var failure = failure(world, world.client(1), 1, Calls.of("add"));
            assertThat(failure.kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
            assertThat(failure.message()).isEqualTo("add() is missing the argument 'y'");
            assertThat(failure.node()).isEqualTo("a");
        }
    }

    @Test
    void aHandlersExceptionComesBackWithItsMessageAndTrace() throws Exception {
        try (World world = new World()) {
            world.node("a");
            var failure = failure(world, world.client(1), "boom", Calls.<String>of("fail"));
            assertThat(failure.kind()).isEqualTo(FailureKind.TASK_FAILED);
            assertThat(failure.message()).isEqualTo("boom");
            assertThat(failure.type()).isEqualTo("java.lang.IllegalStateException");
            assertThat(failure.trace()).contains("IllegalStateException").contains("World");
            assertThat(failure.toException()).hasMessage("TASK_FAILED: boom (task fail on node a)");
        }
    }

    @Test
    void aValueThatCannotBeWrittenIsNotSent() throws Exception {
        try (World world = new World()) {
            world.node("a");
            var failure = failure(world, world.client(1), new Object(), Calls.of("slow"));
            assertThat(failure.kind()).isEqualTo(FailureKind.UNENCODABLE);
            assertThat(failure.message()).contains("java.lang.Object");
        }
    }

    @Test
    void aTaskLargerThanTheNodeTakesIsRefusedWithItsSizeAndTheLimit() throws Exception {
        try (World world = new World()) {
            world.node("a", World.SMALL.withMaxTask(1000));
            var failure = failure(world, world.client(1), "x".repeat(5000), Calls.<String>of("slow"));
            assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(failure.message()).containsPattern("50\\d\\d bytes").contains("1000");
        }
    }

    @Test
    void aResultThatIsTooLargeIsAFailureOfItsTask() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Calls<Integer, String> plan = new Calls<>("text", List::of, String.class);
            var failure = failure(world, world.client(1), 20_000_000, plan);
            assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(failure.message()).contains("20000005").contains("at most");
        }
    }

    @Test
    void aResultOfAnotherTypeSaysWhatItIs() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Calls<Integer, Integer> plan = new Calls<>("text", List::of, Integer.class);
            var failure = failure(world, world.client(1), 3, plan);
            assertThat(failure.kind()).isEqualTo(FailureKind.CONVERSION);
        }
    }

    @Test
    void withoutAnyNodeTheTimeOutSaysSo() throws Exception {
        try (World world = new World()) {
            var failure = failure(world, world.client(0), 1, Calls.of("slow"));
            assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(failure.message())
                    .contains("5000 ms")
                    .contains("no node")
                    .contains("connected");
        }
    }

    @Test
    void aTaskThatTakesTooLongTimesOutAndSaysWhoHasIt() throws Exception {
        try (World world = new World()) {
            world.node("a");
            var failure = failure(world, world.client(1), 1, Calls.of("never"));
            assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(failure.message()).contains("node a has the task");
            world.advance(Duration.ofSeconds(1));
            assertThat(world.node("b").stats().running()).isZero();
        }
    }

    @Test
    void waitingForNodesThatDoNotComeSaysWhoIsThere() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            List<Throwable> errors = new ArrayList<>();
            client.awaitNodes(3, Duration.ofSeconds(2)).subscribe(nodes -> {}, errors::add);
            world.advance(Duration.ofSeconds(3));
            assertThat(errors).singleElement().isInstanceOf(TimeoutException.class);
            assertThat(errors.get(0)).hasMessageContaining("a ACTIVE").hasMessageContaining("2000 ms");
        }
    }

    @Test
    void aNodeThatWouldTakeMoreThanItsMemoryIsNotStarted() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> NodeOptions.DEFAULTS.withMemoryBudget(1 << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memory budget of 1048576");
    }

    /** Members refuse it before they send it, so whoever sends it is none of ours. */
    @ParameterizedTest
    @CsvSource({"16, SUCCESS", "17, FAILURE", "2147483647, FAILURE"})
    void aNodeRunsNothingThatIsNestedTooDeepWhoeverSendsIt(int depth, Frame.ResultStatus expected) throws Exception {
        MessagePackPayloadCodec codec = new MessagePackPayloadCodec();
        try (World world = new World();
                Stranger producer = new Stranger(world, "x")) {
            Node node = world.node("a");
            world.advance(Duration.ofSeconds(1));
            int slow = node.cluster().nodes().get(0).functions().stream()
                    .filter(function -> function.name().equals("slow"))
                    .findFirst()
                    .orElseThrow()
                    .number();
            long link = 0;
            for (int ctl = 1; ctl <= 2; ctl++) { // credit is given to who has heard of its link
                producer.send("a", new Frame.Poll(10, link, ctl, 4, new long[0], List.of(), 65_536, 0, 1));
                world.advance(Duration.ofMillis(5));
                link = producer.last(Frame.Grant.class).linkEpoch();
            }
            Body body = new Body.Call(slow, List.of(7), Map.of(), new Body.Headers(0, 1, 0, depth, ""));
            producer.send("a", new Frame.Tasks(10, link, 3, 0, 1, 1, List.of(codec.encodeBody(body))));
            world.advance(Duration.ofMillis(50));
            Frame.Result result = producer.last(Frame.Results.class).entries().get(0);
            assertThat(result.status()).isEqualTo(expected);
            assertThat(world.started).isEqualTo(expected == Frame.ResultStatus.SUCCESS ? 1 : 0);
            if (expected == Frame.ResultStatus.FAILURE) {
                assertThat(codec.decode(result.payload(), Object.class))
                        .asString()
                        .contains("NESTING_EXHAUSTED", "at depth " + depth + "; at most 16");
            }
        }
    }

    @Test
    void anElementThatTheRouterCannotTakeFailsAlone() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
            client.dispatch(Flux.just(1, 2, 3), Calls.of("slow"), DispatchOptions.DEFAULTS.withRouter(element -> {
                        if (Integer.valueOf(2).equals(element)) {
                            throw new IllegalStateException("no way for 2");
                        }
                        return Router.leastLoaded().route(element);
                    }))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 3, Duration.ofSeconds(5));
            assertThat(outcomes.get(0)).isEqualTo(new TaskOutcome.Success<>(1));
            assertThat(outcomes.get(1)).isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
                assertThat(failure.message()).contains("no way for 2");
            });
        }
    }

    @Test
    void closingEndsStreamsThatAreUnderWay() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            List<Throwable> errors = new ArrayList<>();
            client.dispatch(Flux.range(0, 100), Calls.of("never"), DispatchOptions.DEFAULTS)
                    .subscribe(outcome -> {}, errors::add);
            world.advance(Duration.ofMillis(100));
            client.close();
            assertThat(errors).singleElement().satisfies(error -> assertThat(error)
                    .hasMessageContaining("CLOSED"));
        }
    }
}
