package io.broccoli.transport.codec;

import io.broccoli.feed.Sample;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link io.broccoli.feed.Sample} travels: as a map of its fields, time and error as text. The error and the readings used
 * are left out together where the clock's error is not known and the sample is one reading.
 */
final class Samples {

    static final String NODE = "node";
    static final String EPOCH = "epoch";
    static final String SEQUENCE = "sequence";
    static final String MISSED = "missed";
    static final String TIME = "time";
    static final String VALUE = "value";

    static final String TIME_ERROR = "timeError";
    static final String USED = "used";

    static final Set<String> FIELDS = Set.of(NODE, EPOCH, SEQUENCE, MISSED, TIME, VALUE);
    static final Set<String> ALL_FIELDS = Set.of(NODE, EPOCH, SEQUENCE, MISSED, TIME, VALUE, TIME_ERROR, USED);

    private Samples() {}

    /** Whether a plain value is a sample. */
    static boolean isSample(Object plain) {
        return plain instanceof Map<?, ?> map
                && (map.keySet().equals(FIELDS) || map.keySet().equals(ALL_FIELDS));
    }

    /** Whether a sample says nothing by its error and its readings. */
    static boolean isPlain(Sample<?> sample) {
        return sample.used() == 1 && sample.timeError().isZero();
    }

    /** The value of a sample. */
    static @Nullable Object value(Object sample) {
        return ((Map<?, ?>) sample).get(VALUE);
    }
}
