package io.broccoli.transport.tcp;

import io.broccoli.spi.MalformedFrameException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link Writer} wrote, or somebody else who means no good: nothing is allocated that is not there. */
final class Reader {

    private final ByteBuffer in;

    Reader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    boolean isAtEnd() {
        return !in.hasRemaining();
    }

    /** Unsigned, unless it has eight bytes. */
    long number(int bytes) {
        need(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (in.get() & 0xff);
        }
        return value;
    }

    String text() {
        int length = (int) number(1);
        need(length);
        ByteBuffer text = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFrameException("a text is not UTF-8");
        }
    }

    Host host() {
        return new Host(text(), (int) number(Short.BYTES));
    }

    byte[] raw(int length) {
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private void need(int bytes) {
        if (in.remaining() < bytes) {
            throw new MalformedFrameException("a message ends too early");
        }
    }
}
