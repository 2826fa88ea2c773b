package io.broccoli.canvas.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.task.Signature;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.NullUnmarked;

@NullUnmarked
class ExpressionProperties {

    @Provide
    Arbitrary<Signature<?>> signatures() {
        return RandomSignatures.any();
    }

    /** Texts of what expressions are made of, so that a good part of them comes close to being one. */
    @Provide
    Arbitrary<String> nearlyExpressions() {
        return Arbitraries.of(
                        "add",
                        ".s",
                        ".si",
                        ".map",
                        ".chunks",
                        "(",
                        ")",
                        "(",
                        ")",
                        "[",
                        "]",
                        "{",
                        "}",
                        ",",
                        ",",
                        "=",
                        ":",
                        "|",
                        "-",
                        "*",
                        "**",
                        "1",
                        "2.5",
                        "1e9",
                        "'a'",
                        "\"",
                        "'",
                        "\\",
                        "chain",
                        "group",
                        "chord",
                        "range",
                        "zip",
                        "task",
                        "for",
                        "in",
                        "i",
                        "None",
                        "true",
                        "nan",
                        "\n",
                        " ",
                        "…",
                        "for i in range(3)",
                        "add.s(i)",
                        "9".repeat(50))
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void whatIsPrintedIsReadBack(@ForAll("signatures") Signature<?> signature) {
        assertThat(Expression.parse(Expression.print(signature))).isEqualTo(signature);
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenAsATreeIsReadBack(@ForAll("signatures") Signature<?> signature) {
        assertThat(SignatureTree.read(SignatureTree.write(signature))).isEqualTo(signature);
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void anElidedTextIsNoLongerThanAsked(@ForAll("signatures") Signature<?> signature) {
        String whole = Expression.print(signature);
        for (int longest : new int[] {1, 20, 80}) {
            assertThat(Expression.print(signature, longest).length()).isLessThanOrEqualTo(longest);
        }
        assertThat(Expression.print(signature, Integer.MAX_VALUE).length()).isLessThanOrEqualTo(whole.length() + 20);
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void anyTextIsASignatureOrSaysWhyNot(@ForAll("nearlyExpressions") String text) {
        check(text);
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void anyTextAtAllIsASignatureOrSaysWhyNot(@ForAll String text) {
        check(text);
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void aDamagedExpressionSaysWhyNot(
            @ForAll("signatures") Signature<?> signature, @ForAll int place, @ForAll char damage) {
        StringBuilder text = new StringBuilder(Expression.print(signature));
        text.setCharAt(Math.floorMod(place, text.length()), damage);
        check(text.toString());
    }

    private static void check(String text) {
        try {
            Expression.parse(text);
        } catch (MalformedSignatureException malformed) {
            assertThat(malformed.where()).isNotEmpty();
            assertThat(malformed.getMessage().lines().count()).isBetween(2L, 4L);
        }
    }
}
