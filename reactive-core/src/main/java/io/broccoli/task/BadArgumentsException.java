package io.broccoli.task;

/** Arguments do not fit a task's parameters; the message says which and how. */
public final class BadArgumentsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadArgumentsException(String message) {
        super(message);
    }
}
