package io.broccoli.examples.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines of bounded length. Used by one thread. */
public final class Lines {

    /** Longest line, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    private final InputStream input;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private long number;

    public Lines(InputStream input) {
        this.input = input;
    }

    /**
     * Waits for the next line, without its end.
     *
     * @return null at the end of the input
     * @throws BadInputException if the line is too long; the next call goes on behind it
     */
    public byte @Nullable [] next() throws IOException {
        if (at == end && !fill()) {
            return null;
        }
        number++;
        int length = 0;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        do {
            int from = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            length = Math.min(MAX_BYTES + 1, length + at - from);
            if (length <= MAX_BYTES) {
                line.write(buffer, from, at - from);
            }
            if (at < end) {
                at++; // the line break
                break;
            }
        } while (fill());
        if (length > MAX_BYTES) {
            throw new BadInputException("it has more than " + MAX_BYTES + " bytes");
        }
        return line.toByteArray();
    }

    /** Whether {@link #next} may have to wait. */
    public boolean mayWait() throws IOException {
        for (int i = at; i < end; i++) {
            if (buffer[i] == '\n') {
                return false;
            }
        }
        return input.available() == 0;
    }

    /** The number of the line that was read last, counted from 1. */
    public long number() {
        return number;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, input.read(buffer, 0, buffer.length));
        return end > 0;
    }
}
