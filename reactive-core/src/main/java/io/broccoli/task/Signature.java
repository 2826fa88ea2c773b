package io.broccoli.task;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable value that describes work: a call of a task, or a chain, group, chord, map, starmap or chunks of such. It can be
 * kept, compared, sent and run many times. The factories with Celery's words are in {@code io.broccoli.canvas.Canvas}.
 *
 * @param <R> the type of the result
 */
public sealed interface Signature<R> {

    /** What the result is read as. */
    default Type type() {
        return ResultType.of(this);
    }

    /** A chain of this and one more step, which gets this one's result as its first argument. */
    default <T> Chain<T> then(Signature<T> next) {
        return new Chain<>(List.of(this, next));
    }

    /** The same work, its result read as another type. */
    default <T> Signature<T> as(Class<T> type) {
        return new As<>(this, type);
    }

    /** The same work with arguments flowing in, as if it stood behind another step of a chain. */
    default Signature<R> apply(@Nullable Object... args) {
        return new Applied<>(this, Values.list(args), Map.of());
    }

    /**
     * A call of one task.
     *
     * @param args bound arguments; what flows in is put before them
     * @param kwargs keyword arguments; those given later win
     * @param immutable whether what flows in is ignored
     */
    record Call<R>(Task<R> task, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, boolean immutable)
            implements Signature<R> {
        public Call {
            args = Values.copy(args);
            kwargs = Values.copy(kwargs);
        }

        /** The same call with one more keyword argument. */
        public Call<R> with(String keyword, @Nullable Object value) {
            Map<String, @Nullable Object> more = new java.util.LinkedHashMap<>(kwargs);
            more.put(keyword, value);
            return new Call<>(task, args, more, immutable);
        }
    }

    /** Steps, each of which gets the result of the one before as its first argument. Never empty when it is run. */
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

    /** All members at once; the result is the list of theirs in the order of the members. */
    record Group<R>(List<Signature<?>> members) implements Signature<List<R>> {
        public Group {
            members = List.copyOf(members);
        }
    }

    /** The body runs once, after all of the header succeeded, with the list of the header's results as first argument. */
    record Chord<R>(List<Signature<?>> header, Signature<R> body) implements Signature<R> {
        public Chord {
            header = List.copyOf(header);
        }
    }

    /**
     * A task for each item, in parallel; the result is the list of results in the order of the items. What flows in is ignored.
     *
     * @param spread whether an item is a list of arguments (starmap) instead of one argument (map)
     */
    record Each<R>(Task<R> task, List<@Nullable Object> items, boolean spread) implements Signature<List<R>> {
        public Each {
            items = Values.copy(items);
        }
    }

    /** Items are argument lists; pieces of {@code size} travel as one task each; the result is a list of lists. */
    record Chunks<R>(Task<R> task, List<@Nullable Object> items, int size) implements Signature<List<List<R>>> {
        public Chunks {
            items = Values.copy(items);
            if (size < 1) {
                throw new IllegalArgumentException("a chunk has at least one item, not " + size);
            }
        }
    }

    /** Work with arguments flowing in. */
    record Applied<R>(Signature<R> signature, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs)
            implements Signature<R> {
        public Applied {
            args = Values.copy(args);
            kwargs = Values.copy(kwargs);
        }
    }

    /** Work whose result is read as another type. */
    record As<R>(Signature<?> signature, Type type) implements Signature<R> {}
}
