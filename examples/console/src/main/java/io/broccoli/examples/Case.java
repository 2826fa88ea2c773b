package io.broccoli.examples;

import io.broccoli.examples.text.BadInputException;
import io.broccoli.examples.text.Expressions;
import io.broccoli.examples.text.Json;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.TaskOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A canvas of a JSON file.
 *
 * @param id whatever the file says; it is only given back
 */
record Case(Object id, Signature<Object> work) {

    /**
     * The canvases of a file.
     *
     * @throws BadInputException if it is no array of objects with id and expr, naming the path
     */
    static List<Case> all(@Nullable Object json) {
        if (!(json instanceof List<?> list)) {
            throw new BadInputException("$: an array of objects with id and expr is expected");
        }
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            cases.add(of(list.get(i), "$[" + i + "]"));
        }
        return cases;
    }

    private static Case of(@Nullable Object json, String path) {
        if (!(json instanceof Map<?, ?> map)) {
            throw new BadInputException(path + ": an object with id and expr is expected");
        }
        Object id = map.get("id");
        if (id == null) {
            throw new BadInputException(path + ": id is missing");
        }
        if (map.get("expr") == null) {
            throw new BadInputException(path + ": expr is missing");
        }
        return new Case(id, Expressions.read(map.get("expr"), path + ".expr"));
    }

    /** What came of it, as a line of JSON. */
    String line(TaskOutcome<?> outcome) {
        if (outcome instanceof TaskOutcome.Success<?> success) {
            try {
                return line("value", success.value(), null);
            } catch (Json.NoJsonException none) {
                return line("error", FailureKind.CONVERSION, none.getMessage());
            }
        }
        TaskOutcome.Failure<?> failure = (TaskOutcome.Failure<?>) outcome;
        return line("error", failure.kind(), failure.message());
    }

    private String line(String key, @Nullable Object value, @Nullable String message) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("id", id);
        line.put(key, value);
        if (message != null) {
            line.put("message", message);
        }
        return Json.write(line);
    }
}
