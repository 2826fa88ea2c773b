package io.broccoli.examples;

import io.broccoli.task.Signature;
import org.jspecify.annotations.Nullable;

/** What users write, as signatures. */
final class Expressions {

    private Expressions() {}

    /** @throws BadInputException if it is no expression, naming line and column */
    static Signature<Object> parse(String expression) {
        throw new BadInputException("not yet: " + expression);
    }

    /** @throws BadInputException if it is no signature in JSON form, naming the path */
    static Signature<Object> read(@Nullable Object tree, String path) {
        throw new BadInputException("not yet: " + path + tree);
    }
}
