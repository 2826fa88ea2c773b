package io.broccoli.spi;

import io.broccoli.frame.Frame;

/** A frame has another version of the wire format than {@link Frame#VERSION}. */
public final class VersionMismatchException extends MalformedFrameException {

    private static final long serialVersionUID = 1L;
    private final int version;

    /** @param version the version of the frame */
    public VersionMismatchException(int version) {
        super("wire format version " + version + ", this member speaks " + Frame.VERSION);
        this.version = version;
    }

    /** The version of the frame. */
    public int version() {
        return version;
    }
}
