package io.broccoli.transport.codec;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a {@link io.broccoli.feed.Sample} travels: as a map of its fields, the time as text. */
final class Samples {

    static final String NODE = "node";
    static final String EPOCH = "epoch";
    static final String SEQUENCE = "sequence";
    static final String MISSED = "missed";
    static final String TIME = "time";
    static final String VALUE = "value";

    static final Set<String> FIELDS = Set.of(NODE, EPOCH, SEQUENCE, MISSED, TIME, VALUE);

    private Samples() {}

    /** Whether a plain value is a sample. */
    static boolean isSample(Object plain) {
        return plain instanceof Map<?, ?> map && map.keySet().equals(FIELDS);
    }

    /** The value of a sample. */
    static @Nullable Object value(Object sample) {
        return ((Map<?, ?>) sample).get(VALUE);
    }
}
