package io.broccoli.examples.events;

import io.broccoli.examples.text.BadInputException;
import io.broccoli.examples.text.Json;
import io.broccoli.examples.text.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads samples and news of sources, one a line. A line with one field, {@code joined}, {@code ended} or {@code idle}, is news of
 * the source that stands there; any other is a sample. Empty lines are skipped.
 */
public final class EventLines {

    private final Lines lines;
    private final Fields fields;

    public EventLines(InputStream input, Fields fields) {
        this.lines = new Lines(input);
        this.fields = fields;
    }

    /**
     * Waits for the next event.
     *
     * @return null at the end of the input
     * @throws BadInputException if a line is none, with its number; the next call goes on behind it
     */
    public @Nullable Event next() throws IOException {
        try {
            byte[] line = lines.next();
            while (line != null && isBlank(line)) {
                line = lines.next();
            }
            return line == null ? null : event(Json.readLine(line));
        } catch (BadInputException malformed) {
            throw new BadInputException("line " + lines.number() + ": " + malformed.getMessage());
        }
    }

    /** Whether {@link #next} may have to wait. */
    public boolean mayWait() throws IOException {
        return lines.mayWait();
    }

    /** The number of the line that was read last, counted from 1. */
    public long number() {
        return lines.number();
    }

    private static boolean isBlank(byte[] line) {
        for (byte each : line) {
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }

    private Event event(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> line)) {
            throw new BadInputException("an object is expected");
        }
        if (line.size() == 1) {
            Map.Entry<?, ?> only = line.entrySet().iterator().next();
            Object source = only.getValue();
            boolean news =
                    "joined".equals(only.getKey()) || "ended".equals(only.getKey()) || "idle".equals(only.getKey());
            if (news && source == null) {
                throw new BadInputException("the source that " + only.getKey() + " is null");
            }
            if (news && source != null) {
                return "joined".equals(only.getKey())
                        ? new Event.Joined(source)
                        : "ended".equals(only.getKey()) ? new Event.Ended(source) : new Event.Idle(source);
            }
        }
        return fields.sample(line);
    }
}
