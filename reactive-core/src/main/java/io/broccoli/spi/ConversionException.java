package io.broccoli.spi;

/**
 * A value cannot be converted to the requested type. The message names the value, the type and the path to the value.
 */
public final class ConversionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message names the value, the requested type and the path */
    public ConversionException(String message) {
        super(message);
    }
}
