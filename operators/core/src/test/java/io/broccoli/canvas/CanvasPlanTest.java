package io.broccoli.canvas;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.chord;
import static io.broccoli.canvas.Canvas.chunks;
import static io.broccoli.canvas.Canvas.group;
import static io.broccoli.canvas.Canvas.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullUnmarked
@Timeout(30)
class CanvasPlanTest {

    private final Task<Integer> add = Task.of("add", Integer.class);
    private final Task<Integer> mul = Task.of("mul", Integer.class);
    private final Task<Integer> neg = Task.of("neg", Integer.class);

    private static ScriptedRun begun(Signature<?> signature, Object... args) {
        return begun(new ScriptedRun(), signature, args);
    }

    private static ScriptedRun begun(ScriptedRun run, Signature<?> signature, Object... args) {
        CanvasPlan.of(signature).begin(Args.of(args), run);
        return run;
    }

    private static Object value(ScriptedRun run) {
        assertThat(run.outcome).isInstanceOf(TaskOutcome.Success.class);
        return ((TaskOutcome.Success<?>) run.outcome).value();
    }

    @SuppressWarnings("unchecked")
    private static List<Object> values(ScriptedRun run) {
        return (List<Object>) value(run);
    }

    private static TaskOutcome.Failure<?> failure(ScriptedRun run) {
        assertThat(run.outcome).isInstanceOf(TaskOutcome.Failure.class);
        return (TaskOutcome.Failure<?>) run.outcome;
    }

    // ---- what is sent

    @Test
    void neighbouringCallsTravelAsOneRow() {
        ScriptedRun run = begun(chain(add.s(4, 4), chain(mul.s(8), neg.s()), mul.si(2, 10)));
        assertThat(run.sent)
                .containsExactly(new Work.Chain(List.of(
                        new Work.Step("add", List.of(4, 4), java.util.Map.of(), false),
                        new Work.Step("mul", List.of(8), java.util.Map.of(), false),
                        new Work.Step("neg", List.of(), java.util.Map.of(), false),
                        new Work.Step("mul", List.of(2, 10), java.util.Map.of(), true))));
        assertThat(value(run.succeedNext(20))).isEqualTo(20);
    }

    @Test
    void aRowEndsWhereNoNodeOffersAllOfIt() {
        ScriptedRun run = begun(
                new ScriptedRun(tasks -> Set.of("add", "mul").containsAll(tasks) || tasks.equals(List.of("neg"))),
                chain(add.s(1), mul.s(2), add.s(3), neg.s(), neg.s()),
                7);
        assertThat(run.next().tasks()).containsExactly("add", "mul", "add");
        run.succeedNext(1);
        assertThat(run.next().tasks()).containsExactly("neg", "neg");
        assertThat(value(run.succeedNext(2))).isEqualTo(2);
    }

    @Test
    void aRowIsNoLongerThanASmallNodeCanTake() {
        List<Signature<?>> steps = new ArrayList<>(Collections.nCopies(100, neg.s()));
        ScriptedRun run = begun(chain(steps), 1);
        assertThat(run.next().tasks()).hasSize(Sequence.LONGEST_ROW);
        run.succeedNext(1);
        assertThat(run.next().tasks()).hasSize(100 - Sequence.LONGEST_ROW);
    }

    @Test
    void aRowThatItsNodeDoesNotKnowAnyMoreGoesStepByStep() {
        ScriptedRun run = begun(chain(add.s(1, 2), neg.s(), mul.s(3)));
        run.failNext(FailureKind.UNKNOWN_TASK, 0);
        assertThat(run.next()).isEqualTo(new Work.Call("add", List.of(1, 2), java.util.Map.of()));
        run.succeedNext(3);
        assertThat(run.next().tasks()).containsExactly("neg");
        run.succeedNext(-3);
        assertThat(run.next().tasks()).containsExactly("mul");
        assertThat(value(run.succeedNext(-9))).isEqualTo(-9);
    }

    @Test
    void aRowThatIsTooLargeIsCut() {
        ScriptedRun run = begun(chain(add.s(1, 2), neg.s(), mul.s(3), neg.s()));
        run.failNext(FailureKind.TOO_LARGE, 0);
        assertThat(run.next().tasks()).containsExactly("add", "neg");
        run.succeedNext(-3);
        assertThat(run.next().tasks()).containsExactly("mul", "neg");
        assertThat(value(run.succeedNext(9))).isEqualTo(9);
    }

    @Test
    void resultsGoOnWithoutBeingDecoded() {
        ScriptedRun run = begun(chain(group(add.s(1, 1), add.s(2, 2)), neg.s()));
        run.succeedNext(2).succeedNext(4);
        Work.Call last = (Work.Call) run.next();
        assertThat(last.args()).hasSize(1).first().isInstanceOf(io.broccoli.frame.Payload.class);
        assertThat(ScriptedRun.plain(last.args())).isEqualTo(List.of(List.of(2, 4)));
    }

    @Test
    void argumentsFlowIntoHeadersButNotIntoBodies() {
        ScriptedRun run = begun(
                chord(List.of(add.s(1), group(mul.s(2), neg.si(5))), add.s()).apply(10));
        assertThat(run.sent)
                .containsExactly(
                        new Work.Call("add", List.of(10, 1), java.util.Map.of()),
                        new Work.Call("mul", List.of(10, 2), java.util.Map.of()),
                        new Work.Call("neg", List.of(5), java.util.Map.of()));
        run.succeedNext(11).succeedNext(20).succeedNext(-5);
        assertThat(ScriptedRun.plain(((Work.Call) run.next()).args())).isEqualTo(List.of(List.of(11, 20, -5)));
    }

    @Test
    void whatIsAppliedLaterComesFirstAndItsKeywordsWin() {
        Signature<Integer> inner =
                new Signature.Applied<>(add.s(1).with("k", 1), List.of(2), java.util.Map.of("k", 2, "l", 2));
        Signature<Integer> outer = new Signature.Applied<>(inner, List.of(3), java.util.Map.of("l", 3));
        assertThat(begun(outer, 4).sent)
                .containsExactly(new Work.Call("add", List.of(4, 3, 2, 1), java.util.Map.of("k", 2, "l", 3)));
    }

    @Test
    void aMapKeepsItsItemsInLine() {
        List<Integer> items = IntStream.range(0, 3_000).boxed().toList();
        ScriptedRun run = begun(map(neg, items));
        assertThat(run.underWay).hasSize(Join.MOST_AT_ONCE);
        for (int i = 0; i < items.size(); i++) {
            run.succeedNext(-i);
        }
        assertThat(run.sent).hasSize(3_000);
        assertThat(values(run)).hasSize(3_000).endsWith(-2_999);
    }

    @Test
    void aChunkThatIsTooLargeIsCutAndJoinedAgain() {
        List<Object> items = List.of(Args.of(0, 0), List.of(1, 1), List.of(2, 2), List.of(3, 3), List.of(4, 4));
        ScriptedRun run = begun(chunks(add, items, 4));
        run.failNext(FailureKind.TOO_LARGE, 0); // 0 to 3
        run.succeedNext(List.of(8)); // 4
        run.failNext(FailureKind.TOO_LARGE, 0); // 0 and 1
        run.succeedNext(List.of(4, 6)); // 2 and 3
        assertThat(run.next()).isEqualTo(new Work.Each("add", List.of(), List.of(List.of(0, 0)), true));
        run.succeedNext(List.of(0)).succeedNext(List.of(2));
        assertThat(value(run)).isEqualTo(List.of(List.of(0, 2, 4, 6), List.of(8)));
    }

    @Test
    void anItemThatIsTooLargeByItselfFails() {
        ScriptedRun run = begun(chunks(add, List.of(List.of(0, 0)), 1));
        assertThat(failure(run.failNext(FailureKind.TOO_LARGE, 0)).kind()).isEqualTo(FailureKind.TOO_LARGE);
    }

    @Test
    void aFoldThatIsTooLargeIsMadeOfTheFoldsOfItsHalves() {
        ScriptedRun run = new ScriptedRun();
        FoldPlan.of(add.s()).begin(List.of(1, 2, 3), run);
        run.failNext(FailureKind.TOO_LARGE, 0);
        assertThat(run.sent.subList(1, 3))
                .containsExactly(
                        new Work.Call("add", List.of(List.of(1)), java.util.Map.of()),
                        new Work.Call("add", List.of(List.of(2, 3)), java.util.Map.of()));
        run.succeedNext(1).succeedNext(5);
        assertThat(ScriptedRun.plain(((Work.Call) run.next()).args())).isEqualTo(List.of(List.of(1, 5)));
        assertThat(failure(run.failNext(FailureKind.TOO_LARGE, 0)).kind()).isEqualTo(FailureKind.TOO_LARGE);
    }

    // ---- failures

    @Test
    void theFirstFailureWins() {
        ScriptedRun run = begun(group(neg.s(1), neg.s(2), chain(add.s(1, 1), group(neg.s(), neg.s()))));
        run.succeedNext(-1).failNext(FailureKind.TASK_FAILED, 0);
        assertThat(failure(run).kind()).isEqualTo(FailureKind.TASK_FAILED);
    }

    @Test
    void aFailureInARowNamesItsStepAndTask() {
        ScriptedRun run = begun(chain(group(neg.s(1), neg.s(2)), add.s(1), mul.s(2), neg.s()));
        run.succeedNext(-1).succeedNext(-2);
        assertThat(failure(run.failNext(FailureKind.TASK_FAILED, 2))).satisfies(failure -> {
            assertThat(failure.step()).isEqualTo(3);
            assertThat(failure.task()).isEqualTo("mul");
        });
    }

    @Test
    void aFailureNamesTheStepOfTheInnermostChain() {
        ScriptedRun run = begun(chain(neg.s(1), group(neg.s(), chain(neg.s(), neg.s(), group(neg.s())))));
        run.succeedNext(-1);
        run.succeedNext(1).succeedNext(1);
        assertThat(failure(run.failNext(FailureKind.TASK_FAILED, 0)).step()).isEqualTo(3);
        ScriptedRun member = begun(chain(neg.s(1), group(neg.s(), neg.s())));
        assertThat(failure(member.succeedNext(1).failNext(FailureKind.TASK_FAILED, 0))
                        .step())
                .isEqualTo(2);
    }

    @Test
    void theBodyOfAChordIsAtTheStepOfTheChord() {
        ScriptedRun run = begun(chain(neg.s(1), chord(List.of(neg.s(), neg.s()), add.s()), mul.s(2)));
        run.succeedNext(-1).succeedNext(1).succeedNext(1);
        assertThat(run.next().tasks()).containsExactly("add", "mul");
        assertThat(failure(run.failNext(FailureKind.TASK_FAILED, 1)).step()).isEqualTo(2);
    }

    @Test
    void aTaskOutsideOfAChainHasNoStep() {
        assertThat(failure(begun(neg.s(1)).failNext(FailureKind.TASK_FAILED, 0)).step())
                .isZero();
    }

    @Test
    void whatCannotBeRunIsRefusedBeforeAnythingIs() {
        assertThatThrownBy(() -> CanvasPlan.of(chain(add.s(1, 1), chain(List.of()))))
                .isInstanceOf(BadArgumentsException.class)
                .hasMessageContaining("chain");
        assertThatThrownBy(() -> CanvasPlan.of(Canvas.starmap(add, List.of(List.of(1, 1), 2))))
                .isInstanceOf(BadArgumentsException.class)
                .hasMessageContaining("Integer");
    }

    // ---- depth and length

    @Test
    void longChainsOfWhatEndsAtOnceNeedNoStack() {
        List<Signature<?>> steps = new ArrayList<>(Collections.nCopies(10_000, group()));
        assertThat(value(begun(chain(steps)))).isEqualTo(List.of());
        List<Signature<?>> members = new ArrayList<>(Collections.nCopies(10_000, chain(group(), group())));
        assertThat((List<?>) value(begun(group(members)))).hasSize(10_000);
    }

    @Test
    void chainsNestedDeepAreSpliced() {
        Signature<?> chain = neg.s();
        for (int i = 0; i < 9_999; i++) {
            chain = i % 2 == 0 ? chain(chain, neg.s()) : chain(neg.s(), chain);
        }
        ScriptedRun run = begun(chain, 1);
        int steps = 0;
        while (run.outcome == null) {
            steps += run.next().tasks().size();
            run.succeedNext(1);
        }
        assertThat(steps).isEqualTo(10_000);
        assertThat(chain.type()).isEqualTo(Integer.class);
    }

    @Test
    void groupsNestedDeepAreSpliced() {
        Signature.Group<Integer> group = group(neg.s(1));
        for (int i = 0; i < 1_000; i++) {
            group = group(group, group(neg.s(1)));
        }
        ScriptedRun run = begun(group);
        while (run.outcome == null) {
            run.succeedNext(-1);
        }
        assertThat(values(run)).hasSize(1_001).containsOnly(-1);
        assertThat(group.type().getTypeName()).isEqualTo("List<java.lang.Integer>");
    }

    @Test
    void nestingThatCannotBeSplicedHasALimit() {
        ScriptedRun run = begun(nested(SignatureReader.DEEPEST));
        while (run.outcome == null) {
            run.succeedNext(1);
        }
        assertThat(value(run)).isEqualTo(1);
        assertThatThrownBy(() -> CanvasPlan.of(nested(SignatureReader.DEEPEST + 1)))
                .isInstanceOf(BadArgumentsException.class)
                .hasMessageContaining("200");
        assertThatThrownBy(() -> CanvasPlan.of(nested(5_000))).isInstanceOf(BadArgumentsException.class);
    }

    private Signature<?> nested(int depth) {
        Signature<?> nested = neg.s(1);
        for (int i = 0; i < depth; i++) {
            nested = chain(group(nested), neg.s());
        }
        return nested;
    }

    @Test
    void theTypeOfANestedCanvasIsFoundInOnePass() {
        Signature<?> nested = neg.s(1);
        for (int i = 0; i < SignatureReader.DEEPEST; i++) {
            nested = group(chain(nested));
        }
        assertThat(nested.type().getTypeName()).startsWith("List<List<List<");
    }

    @Test
    void aResultThatIsNestedDeeperThanTheWireAllowsFails() {
        Signature<?> nested = neg.s(1);
        for (int i = 0; i < 100; i++) {
            nested = group(chain(nested));
        }
        assertThat(failure(begun(nested).succeedNext(1)).kind()).isEqualTo(FailureKind.UNENCODABLE);
    }
}
