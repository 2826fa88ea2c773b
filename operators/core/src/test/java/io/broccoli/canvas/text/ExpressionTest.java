package io.broccoli.canvas.text;

import static io.broccoli.canvas.Canvas.chain;
import static io.broccoli.canvas.Canvas.chord;
import static io.broccoli.canvas.Canvas.chunks;
import static io.broccoli.canvas.Canvas.group;
import static io.broccoli.canvas.Canvas.map;
import static io.broccoli.canvas.Canvas.range;
import static io.broccoli.canvas.Canvas.starmap;
import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
@Timeout(20)
class ExpressionTest {

    private static final Task<Object> ADD = Task.of("add");
    private static final Task<Object> MUL = Task.of("mul");
    private static final Task<Object> XSUM = Task.of("xsum");

    private static void assertParsed(String text, Signature<?> signature) {
        assertThat(Expression.parse(text)).isEqualTo(signature);
    }

    private static String problem(String text) {
        try {
            Expression.parse(text);
        } catch (MalformedSignatureException malformed) {
            return malformed.getMessage();
        }
        throw new AssertionError("it was read: " + text);
    }

    @Test
    void theDemosOfTheAncestorAreRead() {
        assertParsed("chain(add.s(4, 4), mul.s(8), mul.s(10))", chain(ADD.s(4, 4), MUL.s(8), MUL.s(10)));
        assertParsed("add.s(4, 4) | mul.s(8) | mul.s(10)", chain(ADD.s(4, 4), MUL.s(8), MUL.s(10)));
        assertParsed("group(add.s(i, i) for i in range(3))", group(ADD.s(0, 0), ADD.s(1, 1), ADD.s(2, 2)));
        assertParsed("group([add.s(2, 2), add.s(4, 4)])", group(ADD.s(2, 2), ADD.s(4, 4)));
        Signature<?> chord = chord(List.of(ADD.s(0, 0), ADD.s(1, 1)), XSUM.s());
        assertParsed("chord([add.s(i, i) for i in range(2)], xsum.s())", chord);
        assertParsed("chord((add.s(i, i) for i in range(2)), xsum.s())", chord);
        assertParsed("chord(add.s(i, i) for i in range(2))(xsum.s())", chord);
        assertParsed("chord([add.s(0, 0), add.s(1, 1)])(xsum.s())", chord);
        assertParsed("chord(group(add.s(0, 0), add.s(1, 1)), xsum.s())", chord);
        assertParsed(
                "xsum.map([range(3), range(1, 7, 2), range(2, 0, -1)])",
                map(XSUM, List.of(List.of(0, 1, 2), List.of(1, 3, 5), List.of(2, 1))));
        assertParsed("add.starmap([(2, 2), (4, 4)])", starmap(ADD, List.of(List.of(2, 2), List.of(4, 4))));
        assertParsed(
                "add.chunks(zip(range(100), range(100)), 10)",
                chunks(ADD, range(0, 100).map(i -> List.of(i, i)).toList(), 10));
    }

    @Test
    void signaturesTakeArgumentsKeywordsAndWhatFlowsIn() {
        assertParsed("add.s(2)(4)", ADD.s(2).apply(4));
        assertParsed("add.si(2, y=5)", new Signature.Call<>(ADD, List.of(2), Map.of("y", 5), true));
        assertParsed("add.s(**{'a b': 1}, y=2)", ADD.s().with("a b", 1).with("y", 2));
        assertParsed("math.add.s()", Task.of("math.add").s());
        assertParsed("task('any name').s()", Task.of("any name").s());
        assertParsed("(add.s(1) | mul.s(2))(3)", chain(ADD.s(1), MUL.s(2)).apply(3));
        assertParsed("xsum.s(i for i in range(2))", XSUM.s(List.of(0, 1)));
    }

    @Test
    void valuesAreThoseOfPythonAndOfJson() {
        assertParsed(
                "add.s(1, -2, 1.5, -1e3, 3000000000, 'a\\n\\u00e9', \"b'\", True, false, None, null)",
                ADD.s(1, -2, 1.5, -1000.0, 3_000_000_000L, "a\né", "b'", true, false, null, null));
        assertParsed(
                "add.s([1, [2, ]], (1, 2), (), {'k': [nan], 'l': {}}, (3))",
                ADD.s(
                        List.of(1, List.of(2)),
                        List.of(1, 2),
                        List.of(),
                        Map.of("k", List.of(Double.NaN), "l", Map.of()),
                        3));
    }

    @Test
    void comprehensionsNestAndUnpack() {
        assertParsed("group(add.s(x, y) for x, y in zip(range(2), ['a', 'b']))", group(ADD.s(0, "a"), ADD.s(1, "b")));
        assertParsed(
                "group(chain(add.s(i, j) for j in range(i)) for i in range(1, 3))",
                group(chain(List.of(ADD.s(1, 0))), chain(List.of(ADD.s(2, 0), ADD.s(2, 1)))));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsWrongIsSaidWithItsPlace(String text, String problem) {
        assertThat(problem(text).lines().findFirst()).hasValue(problem);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("add.s(4, 4 mul.s(8))", "expected ',' or ')' at column 12"),
                Arguments.of("add.s(4, 4", "expected ',' or ')' at column 11"),
                Arguments.of("chain(add.s(1), 2)", "expected a signature, such as add.s(2, 2) at column 17"),
                Arguments.of("add(2, 2)", "unknown function 'add' (a task is written add.s(...)) at column 1"),
                Arguments.of("add.s(i)", "unknown name 'i' (a task is written i.s(...)) at column 7"),
                Arguments.of("add.t(1)", "expected s, si, map, starmap or chunks after 'add.' at column 5"),
                Arguments.of("add.s(add.s(1))", "a signature cannot be an argument at column 7"),
                Arguments.of("add.s([[add.s(1)]])", "a signature cannot be an argument at column 7"),
                Arguments.of("add.s(x=1, x=2)", "the keyword 'x' twice at column 12"),
                Arguments.of("add.s(x=1, 2)", "an argument without a keyword behind one with a keyword at column 12"),
                Arguments.of("add.s('a", "a string that does not end at column 7"),
                Arguments.of("add.s('\\q')", "an unknown escape in a string at column 8"),
                Arguments.of("add.s(1) mul.s(2)", "expected '|' or the end at column 10"),
                Arguments.of("add.s(1e)", "expected the digits of an exponent at column 9"),
                Arguments.of("add.s(12ab)", "unexpected 'a' after a number at column 9"),
                Arguments.of("add.s(@)", "unexpected '@' at column 7"),
                Arguments.of("add.chunks([], 0)", "chunks takes a list and a number of at least 1 at column 5"),
                Arguments.of("add.map(1)", "map takes a list at column 5"),
                Arguments.of("add.s(range(1, 2, 0))", "the step of a range is not 0 at column 7"),
                Arguments.of("add.s(zip(1))", "zip takes lists at column 7"),
                Arguments.of("chord([add.s(1)])", "expected '(' and the body of the chord at column 18"),
                Arguments.of("[add.s(1)]", "expected a signature, such as add.s(2, 2) at column 1"),
                Arguments.of("add.s(x for x in 3)", "expected a list, range or zip at column 18"),
                Arguments.of("add.s(x y for x in [3])", "expected 'for' at column 9"));
    }

    @Test
    void theProblemIsMarkedBelowItsLine() {
        assertThat(problem("chain(\n  add.s(4, 4),\n  mul.s(8 9))"))
                .isEqualTo("expected ',' or ')' at line 3, column 11\n  mul.s(8 9))\n          ^");
        assertThat(problem("")).isEqualTo("expected a signature or a value, not the end at column 1\n\n^");
        assertThat(problem("add.s(" + "1, ".repeat(100) + "?)"))
                .contains("column 307\n…")
                .endsWith("?)\n" + " ".repeat(61) + "^");
    }

    @Test
    void whatATextCanMakeIsBounded() {
        assertThat(problem("a.s(" + "(".repeat(5_000))).contains("nested deeper than 100");
        assertThat(problem("a.s(" + "[".repeat(60_000))).contains("nested deeper than 100");
        assertThat(problem("a.s(range(2000000000))")).contains("more than 1000000 values");
        assertThat(problem("a.s([[0 for i in range(10000)] for j in range(10000)])"))
                .contains("more than 1000000");
        assertThat(problem("group(a.s(l) for l in [range(400000)] for i in range(9))"))
                .isNotEmpty();
        assertThat(problem("[[a.s(l) for i in range(100000)] for l in [range(100000)]]"))
                .contains("more than 1000000");
        assertThat(problem("[[group(l) for i in range(100000)] for l in [[a.s()for i in range(10000)]]]"))
                .contains("more than 1000000");
        assertThat(problem(" ".repeat(Expression.LONGEST + 1))).contains("longer than 100000");
        assertThat(problem("a.s(" + "9".repeat(10_000) + ")")).contains("more than 400 digits");
        assertThat(problem("a" + ".b".repeat(10_000) + ".s()")).contains("1 to 128 characters");
        assertThat(Expression.parse("a.s()" + "()".repeat(40_000))).isInstanceOf(Signature.Applied.class);
        assertThat(Expression.parse("a.s()" + "|a.s()".repeat(10_000))).isInstanceOf(Signature.Chain.class);
    }

    @Test
    void longSignaturesAreElidedForPeople() {
        Signature<?> chunks = Expression.parse("add.chunks(zip(range(100), range(100)), 10)");
        assertThat(Expression.print(chunks, 80))
                .isEqualTo("add.chunks([[0, 0], [1, 1], [2, 2], [3, 3], … 96 more], 10)");
        assertThat(Expression.print(chunks, 20)).isEqualTo("add.chunks([[0, 0],…");
        assertThat(Expression.print(ADD.s(new byte[3]))).isEqualTo("add.s(<3 bytes>)");
        assertThat(Expression.print(Expression.parse("a.s()" + "()".repeat(40_000))))
                .contains("…");
    }
}
