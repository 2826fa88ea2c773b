package io.broccoli.canvas;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.chord;
import static io.broccoli.canvas.Canvas.chunks;
import static io.broccoli.canvas.Canvas.group;
import static io.broccoli.canvas.Canvas.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A list of results that no node can take is refused before anything runs. */
@Timeout(60)
class GatheringTest {

    private static final Task<Integer> NEG = Task.of("neg", Integer.class);
    private static final Task<Integer> SUM = Task.of("sum", Integer.class);

    private static List<Signature<?>> calls(int count) {
        return Collections.nCopies(count, NEG.s(1));
    }

    private static List<Integer> items(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static List<Object> rows(int count) {
        return items(count).stream().<Object>map(List::of).toList();
    }

    static Stream<Arguments> gatherings() {
        return Stream.of(
                Arguments.of(chord(calls(100_000), SUM.s()), 100_005L),
                Arguments.of(chord(calls(1_000), SUM.s()), 1_003L),
                Arguments.of(chain(map(NEG, items(1_000)), SUM.s()), 1_003L),
                Arguments.of(chain(chunks(NEG, rows(1_000), 10), SUM.s()), 1_103L),
                Arguments.of(chain(NEG.s(1), group(calls(1_000)), SUM.s(), NEG.s()), 1_003L),
                Arguments.of(chain(group(calls(1_000)), group(NEG.si(1), SUM.s())), 1_003L),
                Arguments.of(group(NEG.s(1), chord(calls(1_000), SUM.s())), 1_003L),
                Arguments.of(chord(List.of(chain(NEG.s(1), map(NEG, items(1_000))), NEG.s(1)), SUM.s()), 1_005L));
    }

    private static ScriptedRun begun(Signature<?> signature, long largestTask) {
        ScriptedRun run = new ScriptedRun();
        run.largestTask = Math.toIntExact(largestTask);
        CanvasPlan.of(signature).begin(Args.NONE, run);
        return run;
    }

    @ParameterizedTest(name = "{1} bytes")
    @MethodSource("gatherings")
    void isRefusedByOneByteAndAdmittedWhereItMayJustFit(Signature<?> signature, long bytes) {
        ScriptedRun refused = begun(signature, bytes - 1);
        assertThat(refused.sent).isEmpty();
        assertThat(refused.outcome).isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(failure.task()).isEqualTo("sum");
            assertThat(failure.message())
                    .contains("at least " + bytes + " bytes", "at most " + (bytes - 1), "reduce", "fewer members");
        });
        ScriptedRun admitted = begun(signature, bytes);
        assertThat(admitted.outcome).isNull();
        assertThat(admitted.sent).isNotEmpty();
    }

    @Test
    void aListThatNoTaskGetsIsNotLimited() {
        assertThat(begun(group(calls(1_000)), 100).outcome).isNull();
        assertThat(begun(chain(group(calls(1_000)), SUM.si(List.of(1))), 100).outcome)
                .isNull();
        assertThat(begun(chain(group(calls(1_000)), map(NEG, items(3))), 100).outcome)
                .isNull();
    }

    @Test
    void theLimitIsThatOfTheNodesThatOfferTheTask() {
        AtomicInteger ran = new AtomicInteger();
        TaskRegistry members = TaskRegistry.builder()
                .task("neg", "x", Integer.class, x -> {
                    ran.incrementAndGet();
                    return -x;
                })
                .build();
        TaskRegistry bodies = TaskRegistry.builder()
                .task("sum", "all", List.class, List::size)
                .build();
        ClusterOptions joining = ClusterOptions.of("memory:gathering");
        try (Node wide = Node.start(joining.withMember("wide"), NodeOptions.DEFAULTS, members);
                Node narrow =
                        Node.start(joining.withMember("narrow"), NodeOptions.DEFAULTS.withMaxTask(1_000), bodies);
                Cluster cluster = Cluster.connect(joining)) {
            cluster.awaitNodes(2, Duration.ofSeconds(20)).block();
            Canvas canvas = Canvas.on(cluster);
            TaskOutcome<Integer> refused =
                    canvas.outcome(chord(calls(1_000), SUM.s())).block();
            assertThat(refused)
                    .isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> assertThat(failure.message())
                            .contains("at least 1003 bytes", "at most 1000"));
            assertThat(ran).as("on " + wide.name()).hasValue(0);
            assertThat(canvas.outcome(chord(calls(900), SUM.s())).block())
                    .as("on " + narrow.name())
                    .isEqualTo(new TaskOutcome.Success<>(900));
            assertThat(ran).hasValue(900);
        }
    }
}
