package io.broccoli.transport.codec;

import io.broccoli.frame.Frame;
import io.broccoli.spi.FrameCodec;

/**
 * Encodes frames in MessagePack, as specified in {@code docs/wire-format.md}. Encoding allocates only the result.
 * Decoding allocates the frame, its payloads, and one array for each run of tasks. Thread-safe.
 */
public final class MessagePackFrameCodec implements FrameCodec {

    /** The head, up to six numbers of 9 bytes, and the head of the array of entries: TASKS. */
    private static final int HEADER_BYTES = 57;

    /** The heads of an entry and of its payloads, a seq of 9 bytes, a status: one result alone. */
    private static final int ENTRY_BYTES = 12;

    /** The heads of a run and of its values, two numbers of 9 bytes, and the end. */
    private static final int ITEM_RUN_BYTES = 25;

    private static final ThreadLocal<FrameWriter> WRITERS = ThreadLocal.withInitial(FrameWriter::new);

    /** For {@link java.util.ServiceLoader}. */
    public MessagePackFrameCodec() {}

    @Override
    public byte[] encode(Frame frame, boolean columns) {
        try {
            return WRITERS.get().write(frame, columns);
        } catch (Misfit misfit) {
            throw new IllegalArgumentException("a frame cannot be written: " + misfit.getMessage());
        }
    }

    @Override
    public Frame decode(byte[] bytes) {
        return FrameReader.read(bytes);
    }

    @Override
    public int headerBytes() {
        return HEADER_BYTES;
    }

    @Override
    public int entryBytes() {
        return ENTRY_BYTES;
    }

    @Override
    public int itemRunBytes() {
        return ITEM_RUN_BYTES;
    }
}
