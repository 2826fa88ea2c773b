package io.broccoli.spi;

/** A value cannot be encoded. The message names the path to the value and the reason. */
public final class UnencodableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message names the path and the reason */
    public UnencodableException(String message) {
        super(message);
    }
}
