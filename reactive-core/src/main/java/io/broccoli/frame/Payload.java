package io.broccoli.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable slice of encoded bytes. A value is encoded once; its payload is then sent, resent and queued, and
 * decoded where its type is known. The bytes are not copied: do not change the array after creating a payload.
 */
public final class Payload {

    /** A payload without bytes. */
    public static final Payload EMPTY = new Payload(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int length;

    private Payload(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** A payload of the whole array. */
    public static Payload of(byte[] array) {
        return new Payload(array, 0, array.length);
    }

    /**
     * A payload of a part of an array.
     *
     * @throws IndexOutOfBoundsException if the range is not within the array
     */
    public static Payload of(byte[] array, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, array.length);
        return new Payload(array, offset, length);
    }

    /** The array that holds the bytes, from {@link #offset()} on. Do not change it. */
    public byte[] array() {
        return array;
    }

    /** The index of the first byte. */
    public int offset() {
        return offset;
    }

    /** The number of bytes. */
    public int length() {
        return length;
    }

    /** Whether there are no bytes. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Payload that
                && Arrays.equals(array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return "Payload[" + length + " bytes]";
    }
}
