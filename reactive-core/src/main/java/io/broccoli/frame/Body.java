package io.broccoli.frame;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one task is on the wire: functions by their numbers, and values. A value is null, a Boolean, a Number, a String, a
 * {@code byte[]}, a List, a Map with String keys, any object that the codec can write, or a {@link Payload} (a value that is
 * encoded already). After decoding, values are the plain ones of that list: integers are Integer where they fit, else Long
 * (or BigInteger above 2^63), floating point is Double.
 */
public sealed interface Body {

    Headers headers();

    /** One call of one function. */
    record Call(
            int function,
            List<? extends @Nullable Object> args,
            Map<String, ? extends @Nullable Object> kwargs,
            Headers headers)
            implements Body {}

    /** Steps of a chain in a row: each result is put before the bound arguments of the next, unless that is immutable. */
    record Chain(List<Step> steps, Headers headers) implements Body {}

    /** One step of a {@link Chain}. */
    record Step(
            int function,
            List<? extends @Nullable Object> args,
            Map<String, ? extends @Nullable Object> kwargs,
            boolean immutable) {}

    /**
     * A chunk: the function is called once for each item, the result is the list of results in the order of the items.
     *
     * @param args bound arguments, after the item
     * @param spread whether each item is a list of arguments (star) instead of one argument
     */
    record Each(
            int function,
            List<? extends @Nullable Object> args,
            List<? extends @Nullable Object> items,
            boolean spread,
            Headers headers)
            implements Body {}

    /**
     * What is said only where it differs from nothing.
     *
     * @param id the element's identity where it is not that of its place in the frame; 0: not given
     * @param attempt 1 for the first
     * @param deadlineMillis milliseconds that are left, counted from arrival; 0: none
     * @param depth of nested work; 0 for a client's own
     * @param trace trace context, "" for none
     * @param itemLimit how many items may be sent before more are asked for; 0: one value is the answer
     * @param received how many items of an earlier attempt the producer has: they are not sent again
     */
    record Headers(long id, int attempt, long deadlineMillis, int depth, String trace, long itemLimit, long received) {
        public static final Headers NONE = new Headers(0, 1, 0, 0, "");

        /** Of a task that answers with one value. */
        public Headers(long id, int attempt, long deadlineMillis, int depth, String trace) {
            this(id, attempt, deadlineMillis, depth, trace, 0, 0);
        }

        /** The same, of a task that may answer with items. */
        public Headers withItems(long limit, long alreadyReceived) {
            return new Headers(id, attempt, deadlineMillis, depth, trace, limit, alreadyReceived);
        }

        public boolean isNone() {
            return id == 0
                    && attempt <= 1
                    && deadlineMillis == 0
                    && depth == 0
                    && trace.isEmpty()
                    && itemLimit == 0
                    && received == 0;
        }
    }
}
