package io.broccoli.task;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A description of work: a call of a task, or a chain, group, chord, map, starmap or chunks of signatures. Signatures
 * are immutable values: they can be kept, compared, sent and run many times. {@code io.broccoli.canvas.Canvas} has the
 * factories.
 *
 * @param <R> the type of the result
 */
public sealed interface Signature<R> {

    /** The type to which the result is converted. */
    default Type type() {
        return ResultType.of(this);
    }

    /** A chain of this signature and {@code next}, which gets this result as its first argument. */
    default <T> Chain<T> then(Signature<T> next) {
        return new Chain<>(List.of(this, next));
    }

    /** The same work, with its result converted to another type. */
    default <T> Signature<T> as(Class<T> type) {
        return new As<>(this, type);
    }

    /** The same work with an upstream value, as if it followed another step of a chain. */
    default Signature<R> apply(@Nullable Object... args) {
        return new Applied<>(this, Values.list(args), Map.of());
    }

    /**
     * A call of one task.
     *
     * @param task the task
     * @param args bound arguments; an upstream value goes before them
     * @param kwargs keyword arguments
     * @param immutable whether an upstream value is ignored
     */
    record Call<R>(Task<R> task, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, boolean immutable)
            implements Signature<R> {
        public Call {
            args = Values.copy(args);
            kwargs = Values.copy(kwargs);
        }

        /** The same call with one more keyword argument. It replaces an argument of the same keyword. */
        public Call<R> with(String keyword, @Nullable Object value) {
            Map<String, @Nullable Object> more = new java.util.LinkedHashMap<>(kwargs);
            more.put(keyword, value);
            return new Call<>(task, args, more, immutable);
        }
    }

    /**
     * Steps that run one after another. Each gets the result of the step before as its first argument. Running an empty
     * chain fails with {@link FailureKind#BAD_ARGUMENTS}.
     *
     * @param steps the steps, in order
     */
    record Chain<R>(List<Signature<?>> steps) implements Signature<R> {
        public Chain {
            steps = List.copyOf(steps);
        }

        /** The same chain with one more step. */
        @Override
        public <T> Chain<T> then(Signature<T> next) {
            List<Signature<?>> more = new java.util.ArrayList<>(steps);
            more.add(next);
            return new Chain<>(more);
        }
    }

    /**
     * Members that run at the same time. The result is the list of their results, in the order of the members.
     *
     * @param members the members
     */
    record Group<R>(List<Signature<?>> members) implements Signature<List<R>> {
        public Group {
            members = List.copyOf(members);
        }
    }

    /**
     * A header and a body. The body runs once, after all members of the header succeeded, with the list of their
     * results as its first argument.
     *
     * @param header the members of the header
     * @param body runs after the header
     */
    record Chord<R>(List<Signature<?>> header, Signature<R> body) implements Signature<R> {
        public Chord {
            header = List.copyOf(header);
        }
    }

    /**
     * One task for each item, in parallel. The result is the list of results, in the order of the items. An upstream
     * value is ignored.
     *
     * @param task the task
     * @param items the items
     * @param spread whether an item is a list of arguments (starmap) instead of one argument (map)
     */
    record Each<R>(Task<R> task, List<@Nullable Object> items, boolean spread) implements Signature<List<R>> {
        public Each {
            items = Values.copy(items);
        }
    }

    /**
     * Items that are sent in chunks, one task for each chunk. The result is a list of the lists of the chunks' results.
     *
     * @param task the task, called once for each item
     * @param items the items, each a list of arguments
     * @param size items in a chunk; at least 1
     */
    record Chunks<R>(Task<R> task, List<@Nullable Object> items, int size) implements Signature<List<List<R>>> {
        public Chunks {
            items = Values.copy(items);
            if (size < 1) {
                throw new IllegalArgumentException("a chunk has at least one item, not " + size);
            }
        }
    }

    /**
     * A signature with an upstream value.
     *
     * @param signature the signature
     * @param args arguments that go before the bound ones
     * @param kwargs keyword arguments
     */
    record Applied<R>(Signature<R> signature, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs)
            implements Signature<R> {
        public Applied {
            args = Values.copy(args);
            kwargs = Values.copy(kwargs);
        }
    }

    /**
     * A signature whose result is converted to another type.
     *
     * @param signature the signature
     * @param type the type of the result
     */
    record As<R>(Signature<?> signature, Type type) implements Signature<R> {}
}
