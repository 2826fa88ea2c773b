package io.broccoli.spi;

import io.broccoli.frame.Frame;

/**
 * Encodes and decodes frames. Implementations are thread-safe. They treat input as hostile: they check lengths, depth
 * and types before they allocate memory.
 */
public interface FrameCodec {

    /**
     * Encodes a frame.
     *
     * @param columns whether the receiver reads runs of tasks ({@link Frame#COLUMNS})
     */
    byte[] encode(Frame frame, boolean columns);

    /**
     * Decodes a frame. The payloads of the frame are slices of {@code bytes}.
     *
     * @throws VersionMismatchException if the frame has another version of the wire format
     * @throws MalformedFrameException if the bytes are not a frame
     */
    Frame decode(byte[] bytes);

    /** The most bytes of a frame besides its entries. */
    int headerBytes();

    /** The most bytes of an entry (a body or a result) besides its payload. */
    int entryBytes();

    /** The most bytes of a run of items besides its values. */
    int itemRunBytes();
}
