package io.broccoli.examples.events;

import io.broccoli.examples.text.BadInputException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a sample stand in its line. A name may be a path with dots, as {@code value.room}; null takes what stands
 * there by custom: {@code t} or {@code time}, {@code source} or {@code node}, {@code key}, {@code value}.
 *
 * @param side where a sample says which side of a join it is; null: it does not
 * @param a what stands there for side a
 * @param b what stands there for side b
 */
public record Fields(
        @Nullable String time,
        @Nullable String source,
        @Nullable String key,
        @Nullable String value,
        @Nullable String side,
        String a,
        String b) {

    /** @throws BadInputException if a part is missing, or is none; it says which */
    Event.Sample sample(Map<?, ?> line) {
        return new Event.Sample(
                source(line), time(line), key(line), value(line), side(line), PositionFile.position(line));
    }

    private long time(Map<?, ?> line) {
        if (time != null) {
            return millis(time, required(line, time, "--time"));
        }
        String custom = line.containsKey("t") ? "t" : "time";
        if (!line.containsKey(custom)) {
            throw new BadInputException("there is neither a field 't' nor 'time'; name another one with --time");
        }
        return millis(custom, line.get(custom));
    }

    private static long millis(String field, @Nullable Object value) {
        try {
            if (value instanceof Integer || value instanceof Long) {
                return ((Number) value).longValue();
            }
            if (value instanceof Double || value instanceof BigInteger || value instanceof BigDecimal) {
                return new BigDecimal(value.toString()).toBigIntegerExact().longValueExact();
            }
            if (value instanceof String text) {
                return Instant.parse(text).toEpochMilli();
            }
        } catch (ArithmeticException | DateTimeException | NumberFormatException none) {
            throw new BadInputException("the field '" + field + "' is no time: " + value
                    + " is neither whole milliseconds since 1970 nor text such as 2025-01-31T12:00:00Z");
        }
        throw new BadInputException("the field '" + field + "' is no time, but " + kind(value));
    }

    private Object source(Map<?, ?> line) {
        String custom = line.containsKey("source") ? "source" : "node";
        Object name = source != null ? required(line, source, "--source") : line.get(custom);
        if (name == null && (source != null || line.containsKey(custom))) {
            throw new BadInputException("the field '" + (source == null ? custom : source) + "' is null");
        }
        return name == null ? "" : name; // all lines are of one
    }

    private @Nullable Object key(Map<?, ?> line) {
        return key == null ? line.get("key") : required(line, key, "--key");
    }

    private @Nullable Object value(Map<?, ?> line) {
        return required(line, value == null ? "value" : value, "--value");
    }

    private String side(Map<?, ?> line) {
        if (side == null) {
            return "";
        }
        Object said = String.valueOf(required(line, side, "--side"));
        if (said.equals(a) || said.equals(b)) {
            return said.equals(a) ? "a" : "b";
        }
        throw new BadInputException(
                "the field '" + side + "' is neither '" + a + "' nor '" + b + "', but '" + said + "'");
    }

    private static @Nullable Object required(Map<?, ?> line, String path, String option) {
        if (line.containsKey(path)) {
            return line.get(path);
        }
        Object at = line;
        for (String name : path.split("\\.", -1)) {
            if (!(at instanceof Map<?, ?> map) || !map.containsKey(name)) {
                throw new BadInputException("there is no field '" + path + "'; " + option + " names another one");
            }
            at = map.get(name);
        }
        return at;
    }

    private static String kind(@Nullable Object value) {
        return value == null
                ? "null"
                : value instanceof Map ? "an object" : value instanceof Boolean ? "a truth value" : "a list";
    }
}
