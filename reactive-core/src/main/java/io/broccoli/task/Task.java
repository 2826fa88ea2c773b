package io.broccoli.task;

import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name of a function that nodes offer, with the type of its result.
 *
 * @param <R> the result's type
 * @param name as nodes announce it
 * @param type what results are read as; a value that is not of it fails with {@link FailureKind#CONVERSION}
 */
public record Task<R>(String name, Type type) {

    public Task {
        if (name.isEmpty() || name.length() > 128) {
            throw new IllegalArgumentException("a task's name has 1 to 128 characters, not " + name.length());
        }
    }

    public static <R> Task<R> of(String name, Class<R> type) {
        return new Task<>(name, type);
    }

    /** A task whose result is read as what it is: numbers, strings, lists, maps. */
    public static Task<Object> of(String name) {
        return new Task<>(name, Object.class);
    }

    /** A signature with these arguments; what flows in is put before them. */
    public Signature.Call<R> s(@Nullable Object... args) {
        return new Signature.Call<>(this, Values.list(args), Map.of(), false);
    }

    /** An immutable signature with these arguments: it ignores what flows in. */
    public Signature.Call<R> si(@Nullable Object... args) {
        return new Signature.Call<>(this, Values.list(args), Map.of(), true);
    }
}
