package io.broccoli.spi;

/** Received bytes are not a frame. The message says where and why. */
public class MalformedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message where and why */
    public MalformedFrameException(String message) {
        super(message);
    }
}
