package io.broccoli.canvas;

import io.broccoli.task.BadArgumentsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element that is several arguments: each stage, map and chunk spreads it, where any other element is the one first argument.
 *
 * @param values in the order of the parameters; may hold null
 */
public record Args(List<? extends @Nullable Object> values) {

    static final Args NONE = new Args(List.of());

    public Args {
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    public static Args of(@Nullable Object... values) {
        return new Args(Arrays.asList(values));
    }

    /** What an element gives to a task: its values if it is {@code Args}, else itself. */
    static List<? extends @Nullable Object> flow(@Nullable Object element) {
        return element instanceof Args args ? args.values : Collections.singletonList(element);
    }

    /** The values of an element that must be several arguments. */
    static List<? extends @Nullable Object> spread(@Nullable Object element) {
        if (element instanceof Args args) {
            return args.values;
        }
        if (element instanceof List<?> list) {
            return list;
        }
        String found = element == null ? "null" : element.getClass().getSimpleName();
        throw new BadArgumentsException("an item of a starmap or of chunks is a list of arguments, not " + found);
    }

    /** What a router sees of an element: its first argument. */
    static @Nullable Object first(@Nullable Object element) {
        if (element instanceof Args args) {
            return args.values.isEmpty() ? null : first(args.values.get(0));
        }
        return element;
    }

    /** What a router sees of a window or a piece: that of its first element. */
    static @Nullable Object firstOfList(@Nullable Object list) {
        return list instanceof List<?> elements && !elements.isEmpty() ? first(elements.get(0)) : null;
    }
}
