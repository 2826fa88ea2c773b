package io.broccoli.task;

/** The arguments do not fit the parameters of a task. The message names the argument and the reason. */
public final class BadArgumentsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message names the argument and the reason */
    public BadArgumentsException(String message) {
        super(message);
    }
}
