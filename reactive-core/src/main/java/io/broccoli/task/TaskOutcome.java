package io.broccoli.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an element: a value, which may be null, or a failure.
 *
 * @param <R> the type of the value
 */
public sealed interface TaskOutcome<R> {

    /**
     * The task gave a value.
     *
     * @param value the value, or null
     */
    record Success<R>(@Nullable R value) implements TaskOutcome<R> {}

    /**
     * The element failed.
     *
     * @param kind the kind of failure
     * @param message what happened; for TASK_FAILED, the message of the task's exception
     * @param type the class name of the exception that caused it; "" if none did
     * @param task the name of the task; "" if no single task caused the failure
     * @param node the node on which it happened; "" if there is none
     * @param step the step of a chain, counted from 1; 0 outside a chain
     * @param attempt the number of the attempt, counted from 1; 0 if no attempt was made
     * @param trace the stack trace of the node; "" if there is none
     * @param arguments the arguments of the task (the items of a chunk; the arguments of the first of several steps
     *     that were sent as one task); empty if nothing was sent
     */
    record Failure<R>(
            FailureKind kind,
            String message,
            String type,
            String task,
            String node,
            int step,
            int attempt,
            String trace,
            List<? extends @Nullable Object> arguments)
            implements TaskOutcome<R> {

        /** A failure without a node, step, attempt, trace and arguments. */
        public static <R> Failure<R> of(FailureKind kind, String message, String task) {
            return new Failure<>(kind, message, "", task, "", 0, 0, "", List.of());
        }

        /** The same failure, with the node and the number of the attempt. */
        public Failure<R> on(String where, int which) {
            return new Failure<>(kind, message, type, task, where, step, which, trace, arguments);
        }

        /** The same failure, of another task. */
        public Failure<R> of(String which) {
            return new Failure<>(kind, message, type, which, node, step, attempt, trace, arguments);
        }

        /** The same failure, with the arguments of its task. */
        public Failure<R> withArguments(List<? extends @Nullable Object> values) {
            return new Failure<>(kind, message, type, task, node, step, attempt, trace, values);
        }

        /** The same failure, by an exception of this class. */
        public Failure<R> withType(String name) {
            return new Failure<>(kind, message, name, task, node, step, attempt, trace, arguments);
        }

        /** The same failure, with a stack trace. */
        public Failure<R> withTrace(String text) {
            return new Failure<>(kind, message, type, task, node, step, attempt, text, arguments);
        }

        /** This failure as an exception. */
        public TaskException toException() {
            return new TaskException(this);
        }

        /** The same failure, as an outcome of another type. */
        @SuppressWarnings("unchecked")
        public <T> Failure<T> cast() {
            return (Failure<T>) this;
        }

        /** The same failure, with the step of a chain. */
        public Failure<R> atStep(int place) {
            return new Failure<>(kind, message, type, task, node, place, attempt, trace, arguments);
        }
    }
}
