package io.broccoli.transport.codec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads plain values. */
final class ValueReader {

    private ValueReader() {}

    /**
     * @param depth how many levels there may be
     * @param owed how many values the containers around this one still need behind it, a byte each at least: so that nested
     *     lengths cannot claim the same bytes twice
     */
    static @Nullable Object read(WireReader in, int depth, int owed) {
        int tag = in.peek();
        if (tag < Tags.FIXMAP || tag >= Tags.NEGATIVE_FIXINT) {
            return (int) in.integer();
        }
        if (Tags.isArray(tag)) {
            return list(in, depth, owed);
        }
        if (tag < Tags.FIXARRAY || tag >= Tags.MAP16) {
            return map(in, depth, owed);
        }
        if (tag < Tags.NIL || tag >= Tags.STR8) {
            return in.string();
        }
        return switch (tag) {
            case Tags.NIL -> {
                in.take(Tags.NIL);
                yield null;
            }
            case Tags.FALSE, Tags.TRUE -> in.bool();
            case Tags.BIN8, Tags.BIN16, Tags.BIN32 -> in.binary();
            case Tags.FLOAT32, Tags.FLOAT64 -> in.floating();
            case Tags.UINT64 -> unsigned(in.unsigned());
            case Tags.UINT8, Tags.UINT16, Tags.UINT32, Tags.INT8, Tags.INT16, Tags.INT32, Tags.INT64 ->
                boxed(in.integer());
            default -> throw in.found("a value");
        };
    }

    static List<@Nullable Object> list(WireReader in, int depth, int owed) {
        int place = in.at();
        int size = in.arrayHeader();
        enter(in, place, size, depth, size + (long) owed);
        List<@Nullable Object> list = new ArrayList<>(size);
        for (int i = 1; i <= size; i++) {
            list.add(read(in, depth - 1, owed + size - i));
        }
        return list;
    }

    static Map<String, @Nullable Object> map(WireReader in, int depth, int owed) {
        int place = in.at();
        int size = in.mapHeader();
        enter(in, place, size, depth, 2L * size + owed);
        if (size == 0) {
            return new LinkedHashMap<>();
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>(size + size / 3 + 1);
        for (int i = 1; i <= size; i++) {
            String key = in.string();
            map.put(key, read(in, depth - 1, owed + 2 * (size - i)));
        }
        return map;
    }

    private static void enter(WireReader in, int place, int size, int depth, long needed) {
        if (depth <= 0 && size > 0) {
            throw in.malformed(place, "more levels than are allowed");
        }
        if (needed > in.left()) {
            throw in.malformed(place, "the end: at least " + needed + " bytes are needed, " + in.left() + " left");
        }
    }

    private static Object boxed(long value) {
        if (value == (int) value) {
            return (int) value;
        }
        return value;
    }

    private static Object unsigned(long bits) {
        if (bits >= 0) {
            return boxed(bits);
        }
        return new BigInteger(Long.toUnsignedString(bits));
    }
}
