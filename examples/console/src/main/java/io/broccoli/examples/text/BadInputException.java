package io.broccoli.examples.text;

/** Input makes no sense; the message says where and why. */
public final class BadInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadInputException(String message) {
        super(message);
    }
}
