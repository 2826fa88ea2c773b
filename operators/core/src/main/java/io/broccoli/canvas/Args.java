package io.broccoli.canvas;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.route.Router;
import io.broccoli.task.BadArgumentsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An element that stands for several arguments. Every stage, map and chunk spreads it; any other element is a single
 * first argument.
 *
 * @param values the arguments, in the order of the parameters; may contain null
 */
public record Args(List<? extends @Nullable Object> values) {

    static final Args NONE = new Args(List.of());

    public Args {
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /** An element with these arguments. */
    public static Args of(@Nullable Object... values) {
        return new Args(Arrays.asList(values));
    }

    /** The arguments of an element: its values if it is {@code Args}, otherwise the element itself. */
    static List<? extends @Nullable Object> flow(@Nullable Object element) {
        return element instanceof Args args ? args.values : Collections.singletonList(element);
    }

    /** The arguments of an element that must stand for several. */
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

    /** Options whose router receives the user's element, not what the plan makes of it. */
    static DispatchOptions routed(DispatchOptions options, UnaryOperator<@Nullable Object> seen) {
        Router router = options.router();
        return router == Router.leastLoaded()
                ? options
                : options.withRouter(element -> router.route(seen.apply(element)));
    }

    /** The value that a router sees for an element: its first argument. */
    static @Nullable Object first(@Nullable Object element) {
        if (element instanceof Args args) {
            return args.values.isEmpty() ? null : first(args.values.get(0));
        }
        return element;
    }

    /** The value that a router sees for a window or a chunk: that of its first element. */
    static @Nullable Object firstOfList(@Nullable Object list) {
        return list instanceof List<?> elements && !elements.isEmpty() ? first(elements.get(0)) : null;
    }
}
