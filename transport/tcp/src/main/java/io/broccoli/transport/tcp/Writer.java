package io.broccoli.transport.tcp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes bodies of messages: numbers with the highest byte first, texts as UTF-8 behind one byte with their length. */
final class Writer {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Writer number(long value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    Writer text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return number(bytes.length, 1).raw(bytes);
    }

    Writer host(Host host) {
        return text(host.name()).number(host.port(), Short.BYTES);
    }

    Writer raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
