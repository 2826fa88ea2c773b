package io.broccoli.transport.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in byte arrays, high byte first, and short copies, for which a call of arraycopy takes longer than the copy. */
final class Slices {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private Slices() {}

    static short getShort(byte[] array, int at) {
        return (short) SHORT.get(array, at);
    }

    static int getInt(byte[] array, int at) {
        return (int) INT.get(array, at);
    }

    static long getLong(byte[] array, int at) {
        return (long) LONG.get(array, at);
    }

    static void putShort(byte[] array, int at, int value) {
        SHORT.set(array, at, (short) value);
    }

    static void putInt(byte[] array, int at, int value) {
        INT.set(array, at, value);
    }

    static void putLong(byte[] array, int at, long value) {
        LONG.set(array, at, value);
    }

    /** Writes nothing outside the range: the halves of a short copy overlap instead. */
    static void copy(byte[] from, int fromAt, byte[] to, int toAt, int length) {
        if (length > 16) {
            System.arraycopy(from, fromAt, to, toAt, length);
        } else if (length >= 8) {
            long head = getLong(from, fromAt);
            long tail = getLong(from, fromAt + length - 8);
            putLong(to, toAt, head);
            putLong(to, toAt + length - 8, tail);
        } else if (length >= 4) {
            int head = getInt(from, fromAt);
            int tail = getInt(from, fromAt + length - 4);
            putInt(to, toAt, head);
            putInt(to, toAt + length - 4, tail);
        } else {
            for (int i = 0; i < length; i++) {
                to[toAt + i] = from[fromAt + i];
            }
        }
    }

    /** As copy, but the 16 bytes from {@code toAt} on may change too: for targets that are filled from front to back. */
    static void append(byte[] from, int fromAt, byte[] to, int toAt, int length) {
        if (length <= 16 && from.length - fromAt >= 16 && to.length - toAt >= 16) {
            putLong(to, toAt, getLong(from, fromAt));
            putLong(to, toAt + 8, getLong(from, fromAt + 8));
        } else {
            copy(from, fromAt, to, toAt, length);
        }
    }

    /** For a few bytes. */
    static boolean equal(byte[] one, int oneAt, byte[] other, int otherAt, int length) {
        for (int i = 0; i < length; i++) {
            if (one[oneAt + i] != other[otherAt + i]) {
                return false;
            }
        }
        return true;
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
    }
}
