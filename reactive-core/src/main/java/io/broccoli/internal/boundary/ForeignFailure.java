package io.broccoli.internal.boundary;

import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;

/**
 * Foreign code threw, or what it gave breaks its contract. Whatever was thrown is in words already: nothing behind the boundary asks
 * a user's exception. It has no stack trace of its own.
 */
public final class ForeignFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final String message;
    private final String type;
    private final String trace;
    private final Throwable thrown;

    /**
     * @param message what happened, with the class that is to blame
     * @param type the class of what was thrown; "" if nothing was
     * @param trace of what was thrown, as far as it is worth sending; "" if nothing was
     * @param thrown to be handed on as it is, and never to be asked anything
     */
    public ForeignFailure(FailureKind kind, String message, String type, String trace, Throwable thrown) {
        super(message, null, false, false);
        this.kind = kind;
        this.message = message;
        this.type = type;
        this.trace = trace;
        this.thrown = thrown;
    }

    public FailureKind kind() {
        return kind;
    }

    public String message() {
        return message;
    }

    public String type() {
        return type;
    }

    public String trace() {
        return trace;
    }

    public Throwable thrown() {
        return thrown;
    }

    /** As the outcome of an element. */
    public <R> TaskOutcome.Failure<R> failure(String task) {
        return TaskOutcome.Failure.<R>of(kind, message, task).withType(type).withTrace(trace);
    }

    /** The same, with where it happened before its message. */
    public ForeignFailure at(String place) {
        return new ForeignFailure(kind, place + ": " + message, type, trace, thrown);
    }
}
