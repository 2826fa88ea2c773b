package io.broccoli.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.broccoli.canvas.text.Expression;
import io.broccoli.canvas.text.SignatureTree;
import io.broccoli.task.Signature;
import io.broccoli.task.TaskOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** Runs all cases of {@code conformance/canvas-cases.json} on three nodes; values are compared strictly. */
@NullUnmarked // what a case has is known from the file
class ConformanceTest {

    private static final Duration BOUND = Duration.ofSeconds(20);

    private static Nodes all;
    private static Nodes split;

    record Case(String id, Object tree, Map<String, Object> expect) {

        Signature<Object> signature() {
            return SignatureTree.read(tree);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    @BeforeAll
    static void start() {
        all = Nodes.builtIn();
        // No node offers all of a longer chain, so rows are cut and steps go from node to node.
        split = Nodes.offering(
                BuiltInTasks.registry(List.of("add", "concat", "tsum", "sleep_then", "mapper"))
                        .build(),
                BuiltInTasks.registry(List.of("mul", "xsum", "identity", "fail", "range_list"))
                        .build(),
                BuiltInTasks.registry(List.of("neg", "xprod", "add", "identity", "fail"))
                        .build());
    }

    @AfterAll
    static void stop() {
        all.close();
        split.close();
    }

    @SuppressWarnings("unchecked")
    static Stream<Case> cases() throws IOException {
        try (InputStream in = ConformanceTest.class.getResourceAsStream("/conformance/canvas-cases.json")) {
            List<Map<String, Object>> cases = new ObjectMapper().readValue(in, List.class);
            assertThat(cases).hasSize(100);
            return cases.stream()
                    .map(each -> new Case(
                            (String) each.get("id"), each.get("expr"), (Map<String, Object>) each.get("expect")));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void holdsWhereEachNodeOffersAllTasks(Case each) {
        check(each, all.canvas().outcome(each.signature()).block(BOUND));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void holdsWhereNoNodeOffersAllTasks(Case each) {
        check(each, split.canvas().outcome(each.signature()).block(BOUND));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void holdsAsAStageIntoWhichNothingFlows(Case each) {
        Flux<TaskOutcome<Object>> outcomes = Flux.just(Args.of(), Args.of())
                .transform(all.canvas().map(each.signature()).outcomes());
        assertThat(outcomes.collectList().block(BOUND)).hasSize(2).allSatisfy(outcome -> check(each, outcome));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheSameAsATreeAndAsAnExpression(Case each) {
        Signature<Object> signature = each.signature();
        assertThat(SignatureTree.write(signature)).isEqualTo(each.tree());
        assertThat(Expression.parse(Expression.print(signature))).isEqualTo(signature);
    }

    static void check(Case each, TaskOutcome<Object> outcome) {
        String error = (String) each.expect().get("error");
        if (error == null) {
            assertThat(outcome)
                    .isEqualTo(new TaskOutcome.Success<>(each.expect().get("value")));
            return;
        }
        assertThat(outcome).isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> {
            assertThat(failure.kind().name()).isEqualTo(error);
            assertThat(failure.message()).contains((String) each.expect().getOrDefault("message", ""));
        });
    }
}
