package io.broccoli.spi;

/** Bytes from the network are not a frame; the message says where and why. */
public class MalformedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MalformedFrameException(String message) {
        super(message);
    }
}
