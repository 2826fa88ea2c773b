package io.broccoli.task;

import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name of a function that nodes offer, with the type of its result.
 *
 * @param <R> the type of the result
 * @param name the name that nodes announce; 1 to 128 characters
 * @param type the type to which results are converted; a result that cannot be converted fails with
 *     {@link FailureKind#CONVERSION}
 */
public record Task<R>(String name, Type type) {

    public Task {
        if (name.isEmpty() || name.length() > 128) {
            throw new IllegalArgumentException("a task's name has 1 to 128 characters, not " + name.length());
        }
    }

    /** A task with a result of this type. */
    public static <R> Task<R> of(String name, Class<R> type) {
        return new Task<>(name, type);
    }

    /** A task whose result keeps its plain type: number, string, list, map. */
    public static Task<Object> of(String name) {
        return new Task<>(name, Object.class);
    }

    /** A signature with these arguments. An upstream value goes before them. */
    public Signature.Call<R> s(@Nullable Object... args) {
        return new Signature.Call<>(this, Values.list(args), Map.of(), false);
    }

    /** An immutable signature with these arguments: it ignores an upstream value. */
    public Signature.Call<R> si(@Nullable Object... args) {
        return new Signature.Call<>(this, Values.list(args), Map.of(), true);
    }
}
