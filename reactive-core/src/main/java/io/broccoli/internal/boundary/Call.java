package io.broccoli.internal.boundary;

import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import org.jspecify.annotations.Nullable;

/**
 * How a call of foreign code ended. Whatever was thrown is in words already: nothing behind the boundary asks a user's exception.
 *
 * @param <T> what the call gives
 */
public sealed interface Call<T extends @Nullable Object> {

    /** It returned. */
    record Done<T extends @Nullable Object>(T value) implements Call<T> {

        /** Of a value that may be null. */
        @SuppressWarnings("NullAway") // T says whether it may be
        public static <T extends @Nullable Object> Done<T> of(@Nullable T value) {
            return new Done<>(value);
        }
    }

    /**
     * It threw, or what it returned breaks its contract.
     *
     * @param message what happened, with the class that is to blame
     * @param type the class of what was thrown; "" if nothing was
     * @param trace of what was thrown, as far as it is worth sending; "" if nothing was
     * @param thrown to be handed on as it is, and never to be asked anything
     */
    record Failed<T extends @Nullable Object>(
            FailureKind kind, String message, String type, String trace, Throwable thrown) implements Call<T> {

        /** As the outcome of an element. */
        public <R> TaskOutcome.Failure<R> failure(String task) {
            return TaskOutcome.Failure.<R>of(kind, message, task).withType(type).withTrace(trace);
        }

        @SuppressWarnings("unchecked")
        public <R extends @Nullable Object> Failed<R> cast() {
            return (Failed<R>) this;
        }

        /** The same, with where it happened before its message. */
        public Failed<T> at(String place) {
            return new Failed<>(kind, place + ": " + message, type, trace, thrown);
        }
    }
}
