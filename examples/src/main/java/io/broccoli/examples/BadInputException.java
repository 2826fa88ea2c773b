package io.broccoli.examples;

/** Input makes no sense; the message says where and why. */
final class BadInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadInputException(String message) {
        super(message);
    }
}
