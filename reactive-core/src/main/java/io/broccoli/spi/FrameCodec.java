package io.broccoli.spi;

import io.broccoli.frame.Frame;

/**
 * Makes bytes of frames and frames of bytes. Stateless; may be called from any thread. What comes from the network is hostile:
 * lengths, depth and types are checked before anything is allocated.
 */
public interface FrameCodec {

    /** @param columns whether the receiver understands runs of one function as columns ({@link Frame#COLUMNS}) */
    byte[] encode(Frame frame, boolean columns);

    /**
     * Payloads of the frame are slices of {@code bytes}.
     *
     * @throws VersionMismatchException if the frame is of another version of the wire format
     * @throws MalformedFrameException if the bytes are anything else than a frame
     */
    Frame decode(byte[] bytes);

    /** An upper bound of what a frame takes beside its entries, in bytes. */
    int headerBytes();

    /** An upper bound of what an entry (a body, a result) takes beside its payload, in bytes. */
    int entryBytes();

    /** An upper bound of what a run of items takes beside its values, in bytes. */
    int itemRunBytes();
}
