package io.broccoli.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskDefinition;
import io.broccoli.task.TaskRegistry;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class BuiltInTasksTest {

    private final TaskRegistry tasks = BuiltInTasks.registry();

    @Test
    void allTasksOfTheCanvasAreThereWithTheirParameters() {
        assertThat(tasks.all())
                .extracting(task -> task.name()
                        + task.parameters().stream().map(each -> each.name()).toList())
                .containsExactlyInAnyOrder(
                        "add[x, y]",
                        "mul[x, y]",
                        "xsum[xs]",
                        "tsum[xs]",
                        "xprod[xs]",
                        "identity[x]",
                        "fail[message]",
                        "mapper[word]",
                        "sleep_then[x, ms]",
                        "neg[x]",
                        "concat[a, b]",
                        "range_list[n]");
    }

    @Test
    void integersAreExact() throws Exception {
        assertThat(run("add", 2, 2)).isEqualTo(4);
        assertThat(run("add", Integer.MAX_VALUE, 1)).isEqualTo(1L << 31);
        assertThat(run("mul", 1L << 62, 2)).isEqualTo(BigInteger.TWO.pow(63));
        assertThat(run("add", BigInteger.TWO.pow(63), -1)).isEqualTo(Long.MAX_VALUE);
        assertThat(run("neg", Integer.MIN_VALUE)).isEqualTo(1L << 31);
    }

    @Test
    void anIntegerAndAFloatMakeAFloat() throws Exception {
        assertThat(run("add", 1, 0.5)).isEqualTo(1.5);
        assertThat(run("mul", 2.0, 3)).isEqualTo(6.0);
        assertThat(run("neg", 0.0)).isEqualTo(-0.0);
        assertThat(run("xsum", List.of(1, 2.0))).isEqualTo(3.0);
    }

    @Test
    void booleansAreNumbersInArithmeticOnly() throws Exception {
        assertThat(run("add", true, true)).isEqualTo(2);
        assertThat(run("neg", true)).isEqualTo(-1);
        assertThat(run("xsum", List.of(true))).isEqualTo(1);
        assertThat(run("identity", false)).isEqualTo(false);
    }

    @Test
    void stringsAndListsAreJoinedAndRepeated() throws Exception {
        assertThat(run("add", "a", "b")).isEqualTo("ab");
        assertThat(run("concat", List.of(1), Arrays.asList(2, null))).isEqualTo(Arrays.asList(1, 2, null));
        assertThat(run("mul", "ab", 2)).isEqualTo("abab");
        assertThat(run("mul", 2, List.of(0))).isEqualTo(List.of(0, 0));
        assertThat(run("mul", "ab", -1)).isEqualTo("");
        assertThat(run("mul", List.of(1), false)).isEqualTo(List.of());
    }

    @Test
    void sumsAndProductsOfNothingAreNeutral() throws Exception {
        assertThat(run("xsum", List.of())).isEqualTo(0);
        assertThat(run("xprod", List.of())).isEqualTo(1);
        assertThat(run("tsum", List.of(1, 2, 3))).isEqualTo(6);
        assertThat(run("xprod", List.of(2, 3, 7))).isEqualTo(42);
    }

    @Test
    void mapperCountsLettersAndNotCodeUnits() throws Exception {
        assertThat(run("mapper", "the")).isNull();
        assertThat(run("mapper", "Wolf")).isEqualTo(List.of("Wolf", 1));
        assertThat(run("mapper", "\uD83E\uDD66\uD83E\uDD66")).isNull();
    }

    @Test
    void rangesBeginAtZero() throws Exception {
        assertThat(run("range_list", 4)).isEqualTo(List.of(0, 1, 2, 3));
        assertThat(run("range_list", -4)).isEqualTo(List.of());
    }

    @Test
    void sleepingTakesItsTimeAndKeepsNull() {
        StepVerifier.withVirtualTime(() -> mono("sleep_then", "x", 300))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(300))
                .expectNext("x")
                .verifyComplete();
        StepVerifier.withVirtualTime(() -> mono("sleep_then", null, 5))
                .expectSubscription()
                .thenAwait(Duration.ofMillis(5))
                .verifyComplete();
    }

    @Test
    void whatPythonRefusesIsRefusedInItsWords() {
        refused("unsupported operand type(s) for +: 'int' and 'str'", "add", 1, "a");
        refused("can only concatenate str (not \"int\") to str", "add", "a", 1);
        refused("can only concatenate list (not \"NoneType\") to list", "add", List.of(), null);
        refused("unsupported operand type(s) for +: 'NoneType' and 'int'", "add", null, 1);
        refused("unsupported operand type(s) for *: 'dict' and 'int'", "mul", Map.of(), 1);
        refused("can't multiply sequence by non-int of type 'float'", "mul", "a", 1.5);
        refused("can't multiply sequence by non-int of type 'str'", "mul", "a", "b");
        refused("bad operand type for unary -: 'str'", "neg", "a");
        refused("'int' object is not iterable", "xsum", 5);
        refused("unsupported operand type(s) for +: 'int' and 'str'", "xsum", List.of("a"));
        refused("object of type 'int' has no len()", "mapper", 5);
        refused("'float' object cannot be interpreted as an integer", "range_list", 2.0);
        refused("sleep length must be non-negative", "sleep_then", "x", -1);
    }

    @Test
    void failFailsWithItsMessage() {
        refused("boom", "fail", "boom");
        refused("None", "fail", new @Nullable Object[] {null});
    }

    @Test
    void whatWouldFillTheMemoryIsRefused() {
        beyond("the result would have 400000 elements; a built-in task makes at most 262144", "mul", "ab", 200_000);
        beyond("have 1099511627776 elements; a built-in task makes at most 262144", "range_list", 1L << 40);
        beyond("the result would have 9223372036854775807 elements", "mul", "ab", BigInteger.TWO.pow(70));
        beyond("would have 400000 elements", "add", "x".repeat(200_000), "x".repeat(200_000));
        beyond(
                "would have 300001 elements",
                "concat",
                Collections.nCopies(100_000, 1),
                Collections.nCopies(200_000, 1));
        beyond("would have 1010001 elements", "mul", List.of(Collections.nCopies(100, 1)), 10_000);
        beyond("would be an integer of 65584 bits; a built-in task makes at most 65536", "xprod", huge());
    }

    private static List<Object> huge() {
        return Collections.nCopies(2_000, Long.MIN_VALUE);
    }

    @Test
    void whatIsJustWithinTheBoundsIsMade() throws Exception {
        assertThat((List<?>) run("range_list", Bounds.MAX_ELEMENTS)).hasSize(Bounds.MAX_ELEMENTS);
        assertThat((String) run("mul", "x", Bounds.MAX_ELEMENTS)).hasSize(Bounds.MAX_ELEMENTS);
        assertThat((List<?>) run("mul", List.of(7), Bounds.MAX_ELEMENTS - 1)).hasSize(Bounds.MAX_ELEMENTS - 1);
        assertThat(run("mul", "", 1L << 40)).isEqualTo("");
        assertThat(run("xprod", List.of(Long.MAX_VALUE, Long.MAX_VALUE, 0))).isEqualTo(0);
    }

    @Test
    void aSleepThatIsTooLongIsRefused() {
        beyond("a sleep of 3600001.0 ms; a built-in task sleeps for at most 3600000 ms", "sleep_then", 1, 3_600_001);
        beyond("a built-in task sleeps for at most", "sleep_then", 1, Double.POSITIVE_INFINITY);
        refused("sleep length must be non-negative", "sleep_then", 1, Double.NaN);
    }

    @Test
    void aProductOfManyCopiesNothingAgainAndAgain() throws Exception {
        List<Object> ones = new ArrayList<>(List.of(Collections.nCopies(200_000, 5)));
        ones.addAll(Collections.nCopies(200_000, 1));
        long began = System.nanoTime();
        assertThat((List<?>) run("xprod", ones)).hasSize(200_000);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }

    private void beyond(String message, String task, @Nullable Object... args) {
        assertThatThrownBy(() -> run(task, args))
                .isInstanceOf(BadArgumentsException.class)
                .hasMessageContaining(message);
    }

    private void refused(String message, String task, @Nullable Object... args) {
        assertThatThrownBy(() -> run(task, args))
                .isInstanceOf(PythonException.class)
                .hasMessage(message);
    }

    @SuppressWarnings("unchecked")
    private Mono<Object> mono(String task, @Nullable Object... args) {
        try {
            return (Mono<Object>) Objects.requireNonNull(run(task, args));
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private @Nullable Object run(String task, @Nullable Object... args) throws Exception {
        TaskDefinition definition = Objects.requireNonNull(tasks.get(task));
        return definition
                .handler()
                .handle(TaskContext.of("n", "p", 1, 1), definition.bind(Arrays.asList(args), Map.of()));
    }
}
