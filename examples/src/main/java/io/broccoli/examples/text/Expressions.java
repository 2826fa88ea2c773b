package io.broccoli.examples.text;

import io.broccoli.task.Signature;
import org.jspecify.annotations.Nullable;

/** What users write, as signatures. */
public final class Expressions {

    private Expressions() {}

    /** @throws BadInputException if it is no expression, naming line and column */
    public static Signature<Object> parse(String expression) {
        throw new BadInputException("not yet: " + expression);
    }

    /** @throws BadInputException if it is no signature in JSON form, naming the path */
    public static Signature<Object> read(@Nullable Object tree, String path) {
        throw new BadInputException("not yet: " + path + tree);
    }
}
