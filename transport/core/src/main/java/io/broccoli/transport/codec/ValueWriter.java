package io.broccoli.transport.codec;

import io.broccoli.feed.Sample;
import io.broccoli.frame.Payload;
import io.broccoli.spi.MalformedFrameException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes plain values by itself, and any other object by Jackson. A payload goes in as the value that it is. */
final class ValueWriter {
    private static final int BITS = 64;

    private final TypedValues typed;

    ValueWriter(TypedValues typed) {
        this.typed = typed;
    }

    /**
     * @param depth how many levels there may be
     * @throws Misfit if it cannot be written
     */
    void write(WireWriter out, @Nullable Object value, int depth) {
        if (value instanceof Integer number) {
            out.integer(number);
        } else if (value instanceof String string) {
            out.string(string);
        } else if (value instanceof Payload payload) {
            embed(out, payload, depth);
        } else if (value instanceof Long number) {
            out.integer(number);
        } else if (value instanceof Double number) {
            out.float64(number);
        } else if (value == null) {
            out.nil();
        } else if (value instanceof Boolean bool) {
            out.bool(bool);
        } else if (value instanceof Collection<?> values) {
            list(out, values, depth);
        } else if (value instanceof Map<?, ?> map) {
            map(out, map, depth);
        } else if (value instanceof byte[] bytes) {
            out.binary(bytes);
        } else {
            rare(out, value, depth);
        }
    }

    void list(WireWriter out, Collection<?> values, int depth) {
        int size = values.size();
        enter(size, depth);
        out.arrayHeader(size);
        int i = 0;
        try {
            if (values instanceof RandomAccess) {
                for (List<?> list = (List<?>) values; i < size; i++) {
                    write(out, list.get(i), depth - 1);
                }
            } else {
                for (Object value : values) {
                    write(out, value, depth - 1);
                    i++;
                }
            }
        } catch (Misfit misfit) {
            throw misfit.in(i);
        }
        unchanged(size, i);
    }

    void map(WireWriter out, Map<?, ?> map, int depth) {
        int size = map.size();
        enter(size, depth);
        out.mapHeader(size);
        int i = 0;
        boolean texts = true; // all keys are strings, and so different
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            texts &= entry.getKey() instanceof String;
            String key = key(entry.getKey());
            out.string(key);
            try {
                write(out, entry.getValue(), depth - 1);
            } catch (Misfit misfit) {
                throw misfit.in("." + key);
            }
            i++;
        }
        unchanged(size, i);
        if (!texts) {
            different(map.keySet());
        }
    }

    /** @throws Misfit if two keys are the same when they are strings */
    static void different(Collection<?> keys) {
        Set<String> written = new HashSet<>();
        for (Object each : keys) {
            String key = key(each);
            if (!written.add(key)) {
                throw new Misfit("two keys of a map would both be \"" + key + "\"");
            }
        }
    }

    private static String key(@Nullable Object key) {
        if (key instanceof String string) {
            return string;
        }
        if (key instanceof Enum<?> constant) {
            return constant.name();
        }
        if (key instanceof Number || key instanceof Boolean || key instanceof Character) {
            return key.toString();
        }
        throw new Misfit("a key of a map must be a string, not "
                + (key == null ? "null" : key.getClass().getName()));
    }

    private void rare(WireWriter out, Object value, int depth) {
        if (value instanceof Short || value instanceof Byte) {
            out.integer(((Number) value).longValue());
        } else if (value instanceof Float number) {
            out.float32(number);
        } else if (value instanceof BigInteger number) {
            big(out, number);
        } else if (value instanceof int[] numbers) {
            enter(numbers.length, depth);
            out.arrayHeader(numbers.length);
            for (int number : numbers) {
                out.integer(number);
            }
        } else if (value instanceof long[] numbers) {
            enter(numbers.length, depth);
            out.arrayHeader(numbers.length);
            for (long number : numbers) {
                out.integer(number);
            }
        } else if (value instanceof double[] numbers) {
            enter(numbers.length, depth);
            out.arrayHeader(numbers.length);
            for (double number : numbers) {
                out.float64(number);
            }
        } else if (value instanceof Object[] values) {
            list(out, Arrays.asList(values), depth);
        } else if (value instanceof Sample<?> sample) {
            sample(out, sample, depth);
        } else {
            byte[] bytes = typed.write(value);
            embed(out, Payload.of(bytes), depth);
        }
    }

    /** As Jackson writes a record, but faster: each element of a feed that goes on to a task is one. */
    private void sample(WireWriter out, Sample<?> sample, int depth) {
        boolean plain = Samples.isPlain(sample);
        int fields = plain ? Samples.FIELDS.size() : Samples.ALL_FIELDS.size();
        enter(fields, depth);
        out.mapHeader(fields);
        out.string(Samples.NODE);
        out.string(sample.node());
        out.string(Samples.EPOCH);
        out.integer(sample.epoch());
        out.string(Samples.SEQUENCE);
        out.integer(sample.sequence());
        out.string(Samples.MISSED);
        out.integer(sample.missed());
        out.string(Samples.TIME);
        out.string(sample.time().toString());
        out.string(Samples.VALUE);
        try {
            write(out, sample.value(), depth - 1);
        } catch (Misfit misfit) {
            throw misfit.in("." + Samples.VALUE);
        }
        if (!plain) {
            out.string(Samples.TIME_ERROR);
            out.string(sample.timeError().toString());
            out.string(Samples.USED);
            out.integer(sample.used());
        }
    }

    private static void big(WireWriter out, BigInteger number) {
        if (number.bitLength() < BITS) {
            out.integer(number.longValue());
        } else if (number.signum() > 0 && number.bitLength() == BITS) {
            out.unsigned(number.longValue());
        } else {
            throw new Misfit("an integer of more than 64 bits: " + number.bitLength() + " bits");
        }
    }

    /** Looks through it: a payload that makes the whole too deep would be refused by all who get it. */
    private static void embed(WireWriter out, Payload payload, int depth) {
        if (payload.isEmpty()) {
            throw new Misfit("an empty payload is no value");
        }
        if (Tags.sizeOf(payload.array()[payload.offset()]) != payload.length()) {
            WireReader reader = new WireReader(payload);
            try {
                reader.skip(depth);
                reader.done();
            } catch (MalformedFrameException e) {
                throw new Misfit("a payload that cannot go here, " + e.getMessage());
            }
        }
        out.raw(payload);
    }

    private static void enter(int size, int depth) {
        if (depth <= 0 && size > 0) {
            throw new Misfit("more than " + Limits.DEPTH + " levels, or a cycle");
        }
    }

    private static void unchanged(int size, int written) {
        if (size != written) {
            throw new Misfit("changed while it was written");
        }
    }
}
