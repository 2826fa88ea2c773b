package io.broccoli.frame;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task on the wire: numbers of functions, and values. A value is null, a Boolean, a Number, a String, a
 * {@code byte[]}, a List, a Map with String keys, any object that the codec can encode, or a {@link Payload} (a value
 * that is encoded already). Decoded values are plain: an integer is an Integer if it fits, otherwise a Long, or a
 * BigInteger from 2^63 on; floating point is a Double.
 */
public sealed interface Body {

    /** The headers; {@link Headers#NONE} if there are none. */
    Headers headers();

    /** One call of one function. */
    record Call(
            int function,
            List<? extends @Nullable Object> args,
            Map<String, ? extends @Nullable Object> kwargs,
            Headers headers)
            implements Body {}

    /**
     * Consecutive steps of a chain. Each result goes before the bound arguments of the next step, unless that step is
     * immutable.
     */
    record Chain(List<Step> steps, Headers headers) implements Body {}

    /** One step of a {@link Chain}. */
    record Step(
            int function,
            List<? extends @Nullable Object> args,
            Map<String, ? extends @Nullable Object> kwargs,
            boolean immutable) {}

    /**
     * A chunk: the function is called once for each item. The result is the list of results, in the order of the items.
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
     * Headers of a task. They are encoded only where they differ from their default.
     *
     * @param id the identity of the element, if it differs from that of its place in the frame; otherwise 0
     * @param attempt the number of the attempt, counted from 1
     * @param deadlineMillis milliseconds left, counted from arrival; 0 for none
     * @param depth the depth of nested work; 0 for a task of a client
     * @param trace the trace context; "" for none
     * @param itemLimit how many items may be sent before the producer asks for more; 0: the answer is one value
     * @param received how many items of an earlier attempt the producer has; they are not sent again
     */
    record Headers(long id, int attempt, long deadlineMillis, int depth, String trace, long itemLimit, long received) {
        /** Defaults only. */
        public static final Headers NONE = new Headers(0, 1, 0, 0, "");

        /** Headers of a task that answers with one value. */
        public Headers(long id, int attempt, long deadlineMillis, int depth, String trace) {
            this(id, attempt, deadlineMillis, depth, trace, 0, 0);
        }

        /** The same headers, of a task that may answer with items. */
        public Headers withItems(long limit, long alreadyReceived) {
            return new Headers(id, attempt, deadlineMillis, depth, trace, limit, alreadyReceived);
        }

        /** Whether all are defaults. */
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
