package io.broccoli.task;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a task.
 *
 * @param name the name used by keyword arguments
 * @param type the type to which arguments are converted; {@code Object.class} keeps the plain value
 * @param optional whether the argument may be omitted
 * @param defaultValue the value if the argument is omitted
 */
public record Parameter(
        String name, Type type, boolean optional, @Nullable Object defaultValue) {

    /** A required parameter. */
    public static Parameter of(String name, Type type) {
        return new Parameter(name, type, false, null);
    }

    /** A required parameter that accepts any value. */
    public static Parameter of(String name) {
        return of(name, Object.class);
    }

    /** An optional parameter. */
    public static Parameter optional(String name, Type type, @Nullable Object defaultValue) {
        return new Parameter(name, type, true, defaultValue);
    }
}
