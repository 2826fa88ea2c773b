package io.broccoli.task;

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
     */
    record Failure<R>(FailureKind kind, String message, String task, String node, int step, int attempt, String trace)
            implements TaskOutcome<R> {

        public static <R> Failure<R> of(FailureKind kind, String message, String task) {
            return new Failure<>(kind, message, task, "", 0, 0, "");
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
            return new Failure<>(kind, message, task, node, place, attempt, trace);
        }
    }
}
