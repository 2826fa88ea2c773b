package io.broccoli.canvas.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureTreeTest {

    private static final Map<String, Object> ADD = Map.of("op", "task", "name", "add");

    @Test
    void whatMayBeLeftOutIsEmpty() {
        assertThat(SignatureTree.read(ADD)).isEqualTo(Task.of("add").s());
        Map<String, Object> nulls = new HashMap<>(ADD);
        nulls.put("args", null);
        nulls.put("kwargs", null);
        nulls.put("immutable", null);
        assertThat(SignatureTree.read(nulls)).isEqualTo(Task.of("add").s());
    }

    @Test
    void aTypeIsNotPartOfTheTree() {
        assertThat(SignatureTree.read(SignatureTree.write(
                        Task.of("add", Integer.class).s(1, null).as(Long.class))))
                .isEqualTo(Task.of("add").s(1, null));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsWrongIsSaidWithItsPath(Object tree, String problem) {
        assertThatThrownBy(() -> SignatureTree.read(tree))
                .isInstanceOf(MalformedSignatureException.class)
                .hasMessage(problem);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of(7, "$: expected a signature, not 7"),
                Arguments.of(Map.of(), "$.op: expected a string, not nothing"),
                Arguments.of(
                        Map.of("op", "tasks"),
                        "$.op: unknown op 'tasks'; there are task, chain, group, chord, map, starmap, chunks and call"),
                Arguments.of(
                        Map.of("op", "chain", "steps", List.of(ADD, ADD, Map.of("op", "task"))),
                        "$.steps[2].name: expected a string, not nothing"),
                Arguments.of(
                        Map.of("op", "chord", "header", List.of(ADD), "body", Map.of("op", "group", "members", 3)),
                        "$.body.members: expected a list, not 3"),
                Arguments.of(Map.of("op", "chord", "header", List.of()), "$.body: expected a signature, not nothing"),
                Arguments.of(
                        Map.of("op", "task", "name", "add", "arg", List.of()),
                        "$.arg: unknown; there are name, args, kwargs, immutable"),
                Arguments.of(Map.of("op", "task", "name", ""), "$.name: a task's name has 1 to 128 characters, not 0"),
                Arguments.of(
                        Map.of("op", "task", "name", "add", "immutable", 1),
                        "$.immutable: expected true or false, not 1"),
                Arguments.of(
                        Map.of("op", "task", "name", "add", "kwargs", List.of()),
                        "$.kwargs: expected a map, not a list"),
                Arguments.of(
                        Map.of("op", "chunks", "task", "add", "items", List.of(), "size", 1.5),
                        "$.size: expected a whole number of at least 1, not 1.5"),
                Arguments.of(
                        Map.of("op", "chunks", "task", "add", "items", List.of(), "size", 0),
                        "$.size: expected a whole number of at least 1, not 0"),
                Arguments.of(Map.of("op", "map", "task", "add"), "$.items: expected a list, not nothing"),
                Arguments.of(
                        Map.of("op", "call", "expr", Arrays.asList((Object) null)),
                        "$.expr: expected a signature, not a list"));
    }

    @Test
    void nestingHasALimit() {
        Map<String, Object> tree = ADD;
        for (int i = 0; i < SignatureTree.DEEPEST; i++) {
            tree = Map.of("op", "group", "members", List.of(tree));
        }
        Signature<Object> deepest = SignatureTree.read(tree);
        assertThat(SignatureTree.write(deepest)).containsEntry("op", "group");
        Map<String, Object> deeper = Map.of("op", "group", "members", List.of(tree));
        assertThatThrownBy(() -> SignatureTree.read(deeper)).hasMessageContaining("nested deeper than 200");
    }
}
