package io.broccoli.transport.codec;

import io.broccoli.frame.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a run share, found in the bytes of one of them: those before the values of its arguments (the head), and those
 * behind (the tail: keyword arguments and headers, of a call that has them). Used again for each run; for one thread.
 */
final class RunTemplate {
    private static final int WORD = 8;

    private final WireReader reader = new WireReader();

    private byte[] array = new byte[0];
    private int offset;
    private int arguments;
    private int head;
    private int tailAt;
    private int tail;

    // the head as a number, if it is short enough: most are 2 or 3 bytes
    private long headWord;
    private long headMask;

    int arguments() {
        return arguments;
    }

    int head() {
        return head;
    }

    /** Bytes of a task beside the values of its arguments. */
    int shared() {
        return head + tail;
    }

    /** Looks at a task: whether it could be in a run at all. */
    boolean lookAt(@Nullable Payload body) {
        if (body == null || body.length() < 3) {
            return false;
        }
        array = body.array();
        offset = body.offset();
        tail = 0;
        int size = (array[offset] & 0xff) - Tags.FIXARRAY;
        if (size < 2 || size > 15) {
            return false;
        }
        boolean plain = array[offset + 1] != BodyKinds.CALL;
        int functionAt = plain ? 1 : 2;
        int functionSize = functionSize(array[offset + functionAt]);
        head = functionAt + functionSize;
        arguments = size - 1;
        if (functionSize == 0) {
            return false;
        }
        return (plain || lookAtTail(body, size)) && remembered();
    }

    private boolean lookAtTail(Payload body, int size) {
        arguments = body.length() > head ? (array[offset + head] & 0xff) - Tags.FIXARRAY : 0;
        if (size < 4 || arguments < 1 || arguments > Limits.RUN_ARGUMENTS) {
            return false;
        }
        head++;
        tailAt = offset + head + argumentBytes(body);
        tail = offset + body.length() - tailAt;
        return shared() <= Limits.RUN_SHARED * arguments;
    }

    private boolean remembered() {
        headMask = head < WORD && array.length - offset >= WORD ? -1L << (8 * (WORD - head)) : 0;
        headWord = headMask == 0 ? 0 : Slices.getLong(array, offset) & headMask;
        return true;
    }

    /** Whether a task shares all that there is to share. */
    boolean fits(@Nullable Payload body) {
        if (body == null || body.length() <= head + tail || !headFits(body.array(), body.offset())) {
            return false;
        }
        if (tail == 0) {
            return true;
        }
        int begin = head + argumentBytes(body);
        return body.length() - begin == tail && Slices.equal(body.array(), body.offset() + begin, array, tailAt, tail);
    }

    private boolean headFits(byte[] other, int otherAt) {
        if (headMask != 0 && other.length - otherAt >= WORD) {
            return (Slices.getLong(other, otherAt) & headMask) == headWord;
        }
        return Slices.equal(array, offset, other, otherAt, head);
    }

    /** The body, with an empty array in the place of its arguments; of a call with nothing but arguments only the function. */
    void write(WireWriter out) {
        if (tail == 0) {
            out.arrayHeader(1);
            out.raw(array, offset + 1, head - 1);
        } else {
            out.raw(array, offset, head - 1);
            out.arrayHeader(0);
            out.raw(array, tailAt, tail);
        }
    }

    private int argumentBytes(Payload body) {
        reader.turnTo(body);
        int begin = body.offset() + head;
        reader.backTo(begin);
        reader.skip(arguments, Limits.FRAME_DEPTH);
        return reader.at() - begin;
    }

    /** Bytes of the integer with this tag if it is one from 0 on; else 0. */
    private static int functionSize(int tag) {
        int unsigned = tag & 0xff;
        return tag >= 0 || (unsigned >= Tags.UINT8 && unsigned <= Tags.UINT32) ? Tags.sizeOf(unsigned) : 0;
    }
}
