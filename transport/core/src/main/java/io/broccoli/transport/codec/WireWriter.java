package io.broccoli.transport.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.broccoli.frame.Payload;
import java.util.Arrays;

/**
 * Writes MessagePack, each number in its shortest form, onto a slab: what is {@linkplain #take taken} is a slice of it, and the
 * next record goes behind. A record that does not fit moves to a new slab; what was taken before is never touched again. For one
 * thread.
 */
final class WireWriter {

    /** Small, as a payload that is kept keeps its slab. */
    private static final int SLAB = 16 * 1024;

    /** Records above this have an array of their own, so that none keeps much that is not its own. */
    private static final int LARGE = SLAB / 4;

    /** Longer strings are encoded by the JDK, which is faster from here on but allocates. */
    private static final int SHORT_STRING = 64;

    private byte[] array = new byte[SLAB];
    private int start;
    private int at;
    private boolean busy;

    /** A writer that is not in the middle of a record: a value may encode another one while it is written (a lazy list). */
    WireWriter begin() {
        WireWriter free = busy ? new WireWriter() : this;
        free.busy = true;
        return free;
    }

    /** Forgets the record under way, if it was not taken. */
    void end() {
        at = start;
        busy = false;
        shrink();
    }

    /** Bytes of the record under way. */
    int length() {
        return at - start;
    }

    /** Takes back what was written behind so many bytes. */
    void cutTo(int length) {
        at = start + length;
    }

    /** Ends a record. */
    Payload take() {
        int length = at - start;
        if (length > LARGE) {
            return Payload.of(takeCopy());
        }
        Payload record = Payload.of(array, start, length);
        start = at;
        return record;
    }

    /** Ends a record; its place on the slab is used again. */
    byte[] takeCopy() {
        byte[] copy = Arrays.copyOfRange(array, start, at);
        at = start;
        shrink();
        return copy;
    }

    /** Keeps no memory for large records. */
    private void shrink() {
        if (array.length > 8 * SLAB) {
            array = new byte[SLAB];
            start = 0;
            at = 0;
        }
    }

    void nil() {
        one(Tags.NIL);
    }

    void bool(boolean value) {
        one(value ? Tags.TRUE : Tags.FALSE);
    }

    /**
     * A number from 0 on.
     *
     * @throws IllegalArgumentException if it is negative: who makes such a frame shall know, not who reads it
     */
    void count(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a count or sequence number of a frame is negative: " + value);
        }
        integer(value);
    }

    void integer(long value) {
        ensure(9);
        byte[] to = array;
        int p = at;
        if (value >= -32 && value < 128) {
            to[p] = (byte) value;
            at = p + 1;
        } else if (value >= 0) {
            if (value < 1 << 8) {
                to[p] = (byte) Tags.UINT8;
                to[p + 1] = (byte) value;
                at = p + 2;
            } else if (value < 1 << 16) {
                to[p] = (byte) Tags.UINT16;
                Slices.putShort(to, p + 1, (int) value);
                at = p + 3;
            } else if (value < 1L << 32) {
                to[p] = (byte) Tags.UINT32;
                Slices.putInt(to, p + 1, (int) value);
                at = p + 5;
            } else {
                unsigned(value);
            }
        } else if (value >= Byte.MIN_VALUE) {
            to[p] = (byte) Tags.INT8;
            to[p + 1] = (byte) value;
            at = p + 2;
        } else if (value >= Short.MIN_VALUE) {
            to[p] = (byte) Tags.INT16;
            Slices.putShort(to, p + 1, (int) value);
            at = p + 3;
        } else if (value >= Integer.MIN_VALUE) {
            to[p] = (byte) Tags.INT32;
            Slices.putInt(to, p + 1, (int) value);
            at = p + 5;
        } else {
            to[p] = (byte) Tags.INT64;
            Slices.putLong(to, p + 1, value);
            at = p + 9;
        }
    }

    /** An integer of 64 bits without sign. */
    void unsigned(long bits) {
        ensure(9);
        array[at] = (byte) Tags.UINT64;
        Slices.putLong(array, at + 1, bits);
        at += 9;
    }

    void float32(float value) {
        ensure(5);
        array[at] = (byte) Tags.FLOAT32;
        Slices.putInt(array, at + 1, Float.floatToIntBits(value));
        at += 5;
    }

    void float64(double value) {
        ensure(9);
        array[at] = (byte) Tags.FLOAT64;
        Slices.putLong(array, at + 1, Double.doubleToLongBits(value));
        at += 9;
    }

    void string(String value) {
        int length = value.length();
        if (length > SHORT_STRING || !ascii(value, length)) {
            whole(value);
            byte[] bytes = value.getBytes(UTF_8);
            stringHeader(bytes.length);
            raw(bytes, 0, bytes.length);
        }
    }

    /**
     * The JDK would write a question mark for half a surrogate pair.
     *
     * @throws Misfit if there is one
     */
    static void whole(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = i + 1 < value.length() && Character.isSurrogatePair(c, value.charAt(i + 1));
                if (!pair) {
                    throw new Misfit("a string has half a surrogate pair at " + i + ", which UTF-8 cannot say");
                }
                i++;
            }
        }
    }

    void binary(byte[] bytes) {
        header(bytes.length, 0, 0, Tags.BIN8, Tags.BIN16);
        raw(bytes, 0, bytes.length);
    }

    void arrayHeader(int size) {
        header(size, Tags.FIXARRAY, 16, 0, Tags.ARRAY16);
    }

    void mapHeader(int size) {
        header(size, Tags.FIXMAP, 16, 0, Tags.MAP16);
    }

    /** Bytes that are MessagePack already. */
    void raw(byte[] from, int offset, int length) {
        ensure(length);
        Slices.append(from, offset, array, at, length);
        at += length;
    }

    /** A value that is encoded already. */
    void value(Payload payload) {
        if (payload.isEmpty()) {
            throw new IllegalArgumentException("an empty payload is no value");
        }
        raw(payload);
    }

    void raw(Payload payload) {
        raw(payload.array(), payload.offset(), payload.length());
    }

    private boolean ascii(String value, int length) {
        // enough for the header too, so that the record does not move between here and the way back
        ensure(length + 5);
        int begin = at;
        stringHeader(length);
        byte[] to = array;
        int p = at;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                at = begin;
                return false;
            }
            to[p + i] = (byte) c;
        }
        at = p + length;
        return true;
    }

    private void stringHeader(int length) {
        header(length, Tags.FIXSTR, 32, Tags.STR8, Tags.STR16);
    }

    /** @param wide the tag for two bytes of length; that for four is the next. 0 for a tag that there is not. */
    private void header(int length, int fix, int fixSizes, int narrow, int wide) {
        ensure(5);
        if (length < fixSizes) {
            array[at++] = (byte) (fix | length);
        } else if (narrow != 0 && length < 1 << 8) {
            array[at] = (byte) narrow;
            array[at + 1] = (byte) length;
            at += 2;
        } else if (length < 1 << 16) {
            array[at] = (byte) wide;
            Slices.putShort(array, at + 1, length);
            at += 3;
        } else {
            array[at] = (byte) (wide + 1);
            Slices.putInt(array, at + 1, length);
            at += 5;
        }
    }

    private void one(int tag) {
        ensure(1);
        array[at++] = (byte) tag;
    }

    private void ensure(int bytes) {
        if (array.length - at < bytes) {
            move(bytes);
        }
    }

    private void move(int bytes) {
        int length = at - start;
        long needed = (long) length + bytes;
        if (needed > Limits.RECORD) {
            throw new Misfit("it takes more than " + Limits.RECORD + " bytes");
        }
        long size = Math.max(SLAB, needed + needed / 2);
        byte[] next = new byte[(int) size];
        System.arraycopy(array, start, next, 0, length);
        array = next;
        start = 0;
        at = length;
    }
}
