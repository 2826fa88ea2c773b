package io.broccoli.transport.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.broccoli.frame.Payload;
import io.broccoli.spi.MalformedFrameException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Reads MessagePack from a slice. Nothing is believed: each length is held against the bytes that are left before anything is made
 * of it, and whatever does not fit is a {@link MalformedFrameException} with the place. For one thread.
 */
final class WireReader {
    private static final char REPLACEMENT = '\uFFFD'; // what the JDK reads where something is no UTF-8

    private byte[] array;
    private int begin;
    private int end;
    private int at;

    /** Of nothing, until {@link #turnTo}. */
    WireReader() {
        this(Payload.EMPTY);
    }

    WireReader(byte[] array, int offset, int length) {
        this.array = array;
        this.begin = offset;
        this.end = offset + length;
        this.at = offset;
    }

    WireReader(Payload payload) {
        this(payload.array(), payload.offset(), payload.length());
    }

    /** Goes on with another slice. */
    void turnTo(Payload payload) {
        array = payload.array();
        begin = payload.offset();
        end = begin + payload.length();
        at = begin;
    }

    /** Goes back to where it was before. */
    void backTo(int place) {
        at = place;
    }

    byte[] array() {
        return array;
    }

    int at() {
        return at;
    }

    int left() {
        return end - at;
    }

    /** The next tag, which is not read yet. */
    int peek() {
        if (at >= end) {
            throw malformed(at, "the end");
        }
        return array[at] & 0xff;
    }

    /** Takes the next byte if it is this tag. */
    boolean take(int tag) {
        boolean found = peek() == tag;
        if (found) {
            at++;
        }
        return found;
    }

    /** All that there is to read must have been read. */
    void done() {
        if (at != end) {
            throw malformed(at, left() + " bytes more than there should be");
        }
    }

    boolean bool() {
        int tag = peek();
        if (tag != Tags.TRUE && tag != Tags.FALSE) {
            throw found("a boolean");
        }
        at++;
        return tag == Tags.TRUE;
    }

    /** An integer of 64 bits with sign. */
    long integer() {
        int tag = peek();
        if (tag < 0x80 || tag >= Tags.NEGATIVE_FIXINT) {
            at++;
            return (byte) tag;
        }
        if (tag < Tags.UINT8 || tag > Tags.INT64) {
            throw found("an integer");
        }
        int place = begin(Tags.sizeOf(tag));
        long value =
                switch (tag) {
                    case Tags.UINT8 -> array[place] & 0xff;
                    case Tags.UINT16 -> Slices.getShort(array, place) & 0xffff;
                    case Tags.UINT32 -> Slices.getInt(array, place) & 0xffff_ffffL;
                    case Tags.INT8 -> array[place];
                    case Tags.INT16 -> Slices.getShort(array, place);
                    case Tags.INT32 -> Slices.getInt(array, place);
                    default -> Slices.getLong(array, place);
                };
        if (tag == Tags.UINT64 && value < 0) {
            throw malformed(place - 1, "an integer above 2^63");
        }
        return value;
    }

    /** An integer from 0 on. */
    long count() {
        int place = at;
        long value = integer();
        if (value < 0) {
            throw malformed(place, "a negative number");
        }
        return value;
    }

    /** An integer from 0 to {@code most}. */
    int count(int most) {
        int place = at;
        long value = integer();
        if (value < 0 || value > most) {
            throw malformed(place, value + ", which is not from 0 to " + most);
        }
        return (int) value;
    }

    double floating() {
        int tag = peek();
        if (tag == Tags.FLOAT32) {
            return Float.intBitsToFloat(Slices.getInt(array, begin(5)));
        }
        if (tag == Tags.FLOAT64) {
            return Double.longBitsToDouble(Slices.getLong(array, begin(9)));
        }
        return integer();
    }

    /** The bits of an unsigned integer whose tag is the next. */
    long unsigned() {
        return Slices.getLong(array, begin(9));
    }

    String string() {
        int tag = peek();
        int length;
        if ((tag & 0xe0) == Tags.FIXSTR) {
            at++;
            length = tag & 0x1f;
        } else if (tag >= Tags.STR8 && tag <= Tags.STR32) {
            length = length(tag - Tags.STR8);
        } else {
            throw found("a string");
        }
        int place = bytes(length);
        String text = new String(array, place, length, UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            strictly(place, length);
        }
        return text;
    }

    /** A replacement character stands in the bytes, or for some that are no UTF-8. */
    private void strictly(int place, int length) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(array, place, length));
        } catch (CharacterCodingException invalid) {
            throw malformed(place, "a string that is not UTF-8");
        }
    }

    /** Goes over a value, as {@link #skip(int)} does, and looks at its strings too. */
    void check(int depth) {
        int tag = peek();
        if ((tag & 0xe0) == Tags.FIXSTR || tag >= Tags.STR8 && tag <= Tags.STR32) {
            string();
            return;
        }
        boolean list = Tags.isArray(tag);
        if (!list && (tag & 0xf0) != Tags.FIXMAP && tag != Tags.MAP16 && tag != Tags.MAP32) {
            skip(depth);
            return;
        }
        int place = at;
        int values = list ? arrayHeader() : 2 * mapHeader();
        if (depth <= 0 && values > 0) {
            throw malformed(place, "more levels than are allowed");
        }
        for (int i = 0; i < values; i++) {
            check(depth - 1);
        }
    }

    byte[] binary() {
        int tag = peek();
        if (tag < Tags.BIN8 || tag > Tags.BIN32) {
            throw found("binary");
        }
        int length = length(tag - Tags.BIN8);
        int place = bytes(length);
        byte[] bytes = new byte[length];
        System.arraycopy(array, place, bytes, 0, length);
        return bytes;
    }

    /** Reads the head of an array: its size, at most as many as there are bytes left. */
    int arrayHeader() {
        int place = at;
        int tag = peek();
        int size;
        if ((tag & 0xf0) == Tags.FIXARRAY) {
            at++;
            size = tag & 0x0f;
        } else if (tag == Tags.ARRAY16 || tag == Tags.ARRAY32) {
            size = length(tag - Tags.ARRAY16 + 1);
        } else {
            throw found("an array");
        }
        return within(place, size, 1);
    }

    /** Reads the head of a map: its size, at most half as many as there are bytes left. */
    int mapHeader() {
        int place = at;
        int tag = peek();
        int size;
        if ((tag & 0xf0) == Tags.FIXMAP) {
            at++;
            size = tag & 0x0f;
        } else if (tag == Tags.MAP16 || tag == Tags.MAP32) {
            size = length(tag - Tags.MAP16 + 1);
        } else {
            throw found("a map");
        }
        return within(place, size, 2);
    }

    /** Goes over a value without making anything of it. */
    void skip(int depth) {
        skip(1, depth);
    }

    /** Goes over so many values. */
    void skip(int values, int depth) {
        // local, as the loop is what most of the time of decoding a frame goes into
        byte[] from = array;
        int stop = end;
        int place = at;
        for (int i = 0; i < values; i++) {
            if (place >= stop) {
                throw malformed(place, "the end");
            }
            int tag = from[place];
            // branches that are foreseen; the place after a look into the table is known much later
            int size;
            if (tag >= -32) {
                size = 1;
            } else if (tag == (byte) Tags.UINT16) {
                size = 3;
            } else if (tag == (byte) Tags.UINT32) {
                size = 5;
            } else {
                size = Tags.sizeOf(tag);
            }
            if (size > 0 && size <= stop - place) {
                place += size;
            } else {
                at = place;
                skipSized(tag & 0xff, depth);
                place = at;
            }
        }
        at = place;
    }

    /** Goes over a value and gives its bytes. */
    Payload slice(int depth) {
        int from = at;
        skip(depth);
        return Payload.of(array, from, at - from);
    }

    private void skipSized(int tag, int depth) {
        int place = at;
        if (Tags.sizeOf(tag) > 0) {
            begin(Tags.sizeOf(tag));
        } else if (tag >= Tags.STR8 && tag <= Tags.STR32) {
            bytes(length(tag - Tags.STR8));
        } else if (tag >= Tags.BIN8 && tag <= Tags.BIN32) {
            bytes(length(tag - Tags.BIN8));
        } else {
            boolean list = Tags.isArray(tag);
            if (!list && (tag & 0xf0) != Tags.FIXMAP && tag != Tags.MAP16 && tag != Tags.MAP32) {
                throw found("a value");
            }
            int values = list ? arrayHeader() : 2 * mapHeader();
            if (depth <= 0 && values > 0) {
                throw malformed(place, "more levels than are allowed");
            }
            skip(values, depth - 1);
        }
    }

    /** Reads a tag and a length of 1, 2 or 4 bytes: the power of two. */
    private int length(int power) {
        int tagAt = at;
        int place = begin(1 + (1 << power));
        int length =
                switch (power) {
                    case 0 -> array[place] & 0xff;
                    case 1 -> Slices.getShort(array, place) & 0xffff;
                    default -> Slices.getInt(array, place);
                };
        return within(tagAt, length, 1);
    }

    private int within(int place, int size, int bytesEach) {
        if (size < 0 || (long) size * bytesEach > end - at) {
            throw malformed(place, "a length of " + Integer.toUnsignedString(size) + " with " + left() + " bytes left");
        }
        return size;
    }

    /** Takes a tag with what is fixed to it; what follows the tag starts at the result. */
    private int begin(int size) {
        return bytes(size) + 1;
    }

    private int bytes(int length) {
        if (length > end - at) {
            throw malformed(at, "the end: " + length + " bytes are needed, " + left() + " left");
        }
        int place = at;
        at += length;
        return place;
    }

    MalformedFrameException found(String expected) {
        return malformed(at, Tags.describe(peek()) + " instead of " + expected);
    }

    /** @param place in the array */
    MalformedFrameException malformed(int place, String found) {
        return new MalformedFrameException("byte " + (place - begin) + ": " + found);
    }
}
