package io.broccoli.task;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a task.
 *
 * @param name as keyword arguments name it
 * @param type what an argument is converted to; {@code Object.class}: the plain value
 * @param optional whether it may be left out
 * @param defaultValue what it then is
 */
public record Parameter(
        String name, Type type, boolean optional, @Nullable Object defaultValue) {

    public static Parameter of(String name, Type type) {
        return new Parameter(name, type, false, null);
    }

    public static Parameter of(String name) {
        return of(name, Object.class);
    }

    public static Parameter optional(String name, Type type, @Nullable Object defaultValue) {
        return new Parameter(name, type, true, defaultValue);
    }
}
