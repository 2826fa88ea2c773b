package io.broccoli.spi;

/** A value is not of the type that was asked for; the message says what was found, what was asked for and where. */
public final class ConversionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConversionException(String message) {
        super(message);
    }
}
