package io.broccoli.examples.tasks;

import io.broccoli.task.BadArgumentsException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a built-in task makes at most. Arguments come from anybody, and a few bytes can ask for more than a node has: what is beyond
 * a bound is refused before it is made.
 */
final class Bounds {

    /**
     * The values in a result, of all levels, each as often as it would be written; a string counts as its characters. Far more
     * than can be sent, for a step of a chain hands its result on in memory.
     */
    static final int MAX_ELEMENTS = 1 << 18;

    /** The largest integer. What has more than 64 bits cannot be sent, but a sum or a product may become smaller again. */
    static final int MAX_BITS = 1 << 16;

    /** The longest sleep: it holds a worker. */
    static final Duration MAX_SLEEP = Duration.ofHours(1);

    /** More than can be sent. */
    private static final int MAX_LEVELS = 64;

    private Bounds() {}

    /** @throws BadArgumentsException if a result of so many elements is too large */
    static void checkElements(long elements) {
        if (elements > MAX_ELEMENTS) {
            throw new BadArgumentsException(
                    "the result would have " + elements + " elements; a built-in task makes at most " + MAX_ELEMENTS);
        }
    }

    /** @throws BadArgumentsException if an integer of so many bits is too large */
    static void checkBits(long bits) {
        if (bits > MAX_BITS) {
            throw new BadArgumentsException(
                    "the result would be an integer of " + bits + " bits; a built-in task makes at most " + MAX_BITS);
        }
    }

    /** @throws BadArgumentsException if a sleep of so many milliseconds is too long */
    static void checkSleep(double millis) {
        if (millis > MAX_SLEEP.toMillis()) {
            throw new BadArgumentsException(
                    "a sleep of " + millis + " ms; a built-in task sleeps for at most " + MAX_SLEEP.toMillis() + " ms");
        }
    }

    /**
     * The elements of a value.
     *
     * @throws BadArgumentsException if it has more than a result may have; it is not looked through further
     */
    static long elements(@Nullable Object value) {
        return elements(value, 0, 0);
    }

    /** @param before elements that were counted before this value */
    private static long elements(@Nullable Object value, long before, int level) {
        if (level > MAX_LEVELS) {
            throw new BadArgumentsException("a built-in task takes values of at most " + MAX_LEVELS + " levels");
        }
        long count = before + 1;
        if (value instanceof String text) {
            count = before + Math.max(1, text.length());
        } else if (value instanceof byte[] bytes) {
            count = before + Math.max(1, bytes.length);
        } else if (value instanceof BigInteger big) {
            count = before + 1 + big.bitLength() / Long.SIZE;
        } else if (value instanceof List<?> list) {
            for (Object each : list) {
                count = elements(each, count, level + 1);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> each : map.entrySet()) {
                count = elements(each.getValue(), elements(each.getKey(), count, level + 1), level + 1);
            }
        }
        checkElements(count);
        return count;
    }
}
