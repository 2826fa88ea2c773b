package io.broccoli.examples.tasks;

/** What Python would have raised, with Python's message. */
public final class PythonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PythonException(String message) {
        super(message);
    }
}
