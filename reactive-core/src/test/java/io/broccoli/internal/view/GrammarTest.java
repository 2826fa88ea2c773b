package io.broccoli.internal.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.feed.View;
import io.broccoli.feed.ViewFold;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {

    private static @Nullable Object evaluate(String text, @Nullable Object value) throws Fault {
        return Expression.read(Grammar.parse(text)).evaluate(new Expression.Reading(value, 5_000, 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 + 2 * 3 | 7",
                "(1 + 2) * 3 | 9",
                "10 - 4 - 3 | 3",
                "2 * 7 % 5 | 4",
                "-2 - -3 | 1",
                "1 / 4 | 0.25",
                "1.5e1 | 15.0",
                "99999999999999999999 | 1.0E20",
                "time / 1000 + sequence | 12.0",
                "1 < 2 and not 2 < 1 | true",
                "false and true or true | true",
                "true or 1 / 0 > 2 | true",
                "not 1 == 2 | true",
                "not not 1 == 1 | true",
                "value.a.b | 3",
                "-value.a.b * 2 | -6",
                "value.none == null | true",
                "value.name == 'it is \"x\"' | true",
                "value.name != \"y\" | true",
                "(value.on) | true",
                "value.a.b>=3and value.a.b<=3 | true"
            })
    void anExpressionMeansWhatItDoesInOtherLanguages(String text, String result) throws Fault {
        Map<String, Object> value = Map.of("a", Map.of("b", 3), "name", "it is \"x\"", "on", true);
        assertThat(String.valueOf(evaluate(text, value))).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "value +",
                "value 2",
                "* 2",
                "1 < 2 < 3",
                "(value",
                "value)",
                "value.",
                "value.2 .",
                "'open",
                "exit()",
                "value.getClass()",
                "value; 2",
                "__import__",
                "1e",
                "1 = 1",
                "value & 1",
                "and true"
            })
    void whatIsNoExpressionIsRefusedWithItsPlace(String text) {
        assertThatThrownBy(() -> Grammar.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void anExpressionIsBounded() {
        String deep = "(".repeat(100_000) + "1";
        assertThatThrownBy(() -> Grammar.parse(deep)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Grammar.parse("(".repeat(17) + "1" + ")".repeat(17)))
                .hasMessageContaining("at most 16 parentheses");
        assertThatThrownBy(() -> View.ALL.map("1" + " + 1".repeat(32))).hasMessageContaining("at most 64 elements");
        assertThat(View.ALL.map("1" + " + 1".repeat(31)).steps()).hasSize(1);
    }

    @Test
    void typesThatCannotFitAreRefusedBeforeAnythingRuns() {
        assertThatThrownBy(() -> View.ALL.filter("value + 1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step 1 of the view: a filter needs true or false, and its expression gives neither");
        assertThatThrownBy(() -> View.ALL.every(2).map("not (value + 1)"))
                .hasMessageContaining("step 2 of the view: 'not'");
        assertThatThrownBy(() -> View.ALL.map("'a' + 1")).hasMessageContaining("'+' needs a number");
        assertThatThrownBy(() -> View.ALL.map("(value > 1).x")).hasMessageContaining("needs a map");
        assertThatThrownBy(() -> View.ALL.filter("value > 1 and 5")).hasMessageContaining("'and' needs true or false");
    }

    @Test
    void stepsOutOfTheirRangeAreRefused() {
        assertThatThrownBy(() -> View.ALL.every(0)).hasMessageContaining("from 1 on");
        assertThatThrownBy(() -> View.ALL.delta(Double.NaN)).hasMessageContaining("not negative");
        assertThatThrownBy(() -> View.ALL.window(Duration.ofDays(25), ViewFold.SUM))
                .hasMessageContaining("from 10 on");
        assertThatThrownBy(() -> View.ALL.window(Duration.ofMillis(9), ViewFold.SUM))
                .hasMessageContaining("from 10 on");
        assertThatThrownBy(() -> View.ALL.window(2, ViewFold.SUM).window(2, ViewFold.SUM))
                .hasMessageContaining("step 2");
        assertThatThrownBy(() -> new ViewFold("median", List.of("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(View.ALL
                        .mapBy("a", "b")
                        .window(3, ViewFold.of("i", "a", "f"))
                        .steps())
                .isEqualTo(List.of(List.of("map", "a", "b"), List.of("count", 3, List.of("i", "a", "f"))));
        assertThat(View.ALL.filter("value == null").steps())
                .isEqualTo(List.of(Arrays.asList("filter", Arrays.asList("value", null, "=="))));
    }
}
