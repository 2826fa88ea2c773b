package io.broccoli.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of an element: a value (which may be null) or a failure.
 *
 * @param <R> the type of the value
 */
public sealed interface TaskOutcome<R> {

    /** The task gave this value. */
    record Success<R>(@Nullable R value) implements TaskOutcome<R> {}

    /**
     * The task gave no value.
     *
     * @param message what happened; the task's own message where it failed by itself
     * @param task its name, "" where no single one is to blame
     * @param node where it happened, "" where it reached none
     * @param step the place in a chain, counted from 1; 0 outside of one
     * @param attempt which attempt it was, counted from 1; 0 where none was made
     * @param trace the node's stack trace, "" if it gave none
     * @param arguments what the task was called with (of a chunk its items, of steps that travelled together those of the first);
     *     empty where nothing was sent
     */
    record Failure<R>(
            FailureKind kind,
            String message,
            String task,
            String node,
            int step,
            int attempt,
            String trace,
            List<? extends @Nullable Object> arguments)
            implements TaskOutcome<R> {

        public static <R> Failure<R> of(FailureKind kind, String message, String task) {
            return new Failure<>(kind, message, task, "", 0, 0, "", List.of());
        }

        /** The same failure, of an attempt on a node. */
        public Failure<R> on(String where, int which) {
            return new Failure<>(kind, message, task, where, step, which, trace, arguments);
        }

        /** The same failure, with the arguments of its task. */
        public Failure<R> withArguments(List<? extends @Nullable Object> values) {
            return new Failure<>(kind, message, task, node, step, attempt, trace, values);
        }

        public TaskException toException() {
            return new TaskException(this);
        }

        /** The same failure, of another type of value. */
        @SuppressWarnings("unchecked")
        public <T> Failure<T> cast() {
            return (Failure<T>) this;
        }

        /** The same failure, at a step of a chain. */
        public Failure<R> atStep(int place) {
            return new Failure<>(kind, message, task, node, place, attempt, trace, arguments);
        }
    }
}
