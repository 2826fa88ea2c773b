package io.broccoli.spi;

/** A value cannot be written; the message says which (by its path) and why. */
public final class UnencodableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnencodableException(String message) {
        super(message);
    }
}
