package io.broccoli.transport.codec;

import io.broccoli.frame.Payload;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bodies of a frame: as they are, or, where consecutive ones are calls that differ only in the values of their
 * arguments, as a run: what they share once, then the values. No value is looked into or written anew; the bytes between the
 * shared ones are copied. For one thread.
 */
final class TaskRuns {
    private final WireReader reader = new WireReader();
    private int[] lengths = new int[64];

    // the row that others are held against
    private byte[] array = new byte[0];
    private int offset;
    private int arguments;
    private int head;
    private int tail;
    private int tailAt;

    void write(WireWriter out, List<@Nullable Payload> bodies, boolean columns) {
        int size = bodies.size();
        if (!columns || size < Limits.SHORTEST_RUN) {
            out.arrayHeader(size);
            for (int i = 0; i < size; i++) {
                row(out, bodies.get(i));
            }
            return;
        }
        int entries = findRuns(bodies);
        out.arrayHeader(entries);
        int from = 0;
        for (int i = 0; i < entries; i++) {
            int to = from + lengths[i];
            if (to - from == 1) {
                row(out, bodies.get(from));
            } else {
                run(out, bodies, from, to);
            }
            from = to;
        }
    }

    private static void row(WireWriter out, @Nullable Payload body) {
        if (body == null) {
            out.nil();
        } else {
            out.value(body);
        }
    }

    /** @return how many entries there will be; {@link #lengths} has the number of bodies in each */
    private int findRuns(List<@Nullable Payload> bodies) {
        int entries = 0;
        int size = bodies.size();
        if (lengths.length < size) {
            lengths = Arrays.copyOf(lengths, size + size / 2);
        }
        for (int from = 0; from < size; ) {
            int to = from + 1;
            Payload first = bodies.get(from);
            if (first != null && lookAt(first)) {
                while (to < size && likeFirst(bodies.get(to))) {
                    to++;
                }
            }
            if (to - from >= Limits.SHORTEST_RUN) {
                lengths[entries++] = to - from;
            } else {
                Arrays.fill(lengths, entries, entries + to - from, 1);
                entries += to - from;
            }
            from = to;
        }
        return entries;
    }

    private void run(WireWriter out, List<@Nullable Payload> bodies, int from, int to) {
        Payload first = bodies.get(from);
        if (first == null || !lookAt(first)) {
            throw new IllegalArgumentException("bodies changed while they were written");
        }
        out.arrayHeader(2 + (to - from) * arguments);
        if (tail == 0) {
            out.arrayHeader(1);
            out.raw(array, offset + 1, head - 1);
        } else {
            out.raw(array, offset, head - 1);
            out.arrayHeader(0);
            out.raw(array, tailAt, tail);
        }
        out.integer(arguments);
        int shared = head + tail;
        for (int i = from; i < to; i++) {
            Payload body = bodies.get(i);
            if (body != null) {
                out.raw(body.array(), body.offset() + head, body.length() - shared);
            }
        }
    }

    /** Finds out what of this row others could share. */
    private boolean lookAt(Payload body) {
        array = body.array();
        offset = body.offset();
        int size = (array[offset] & 0xff) - Tags.FIXARRAY;
        if (size < 2 || size > 15) {
            return false;
        }
        int function = array[offset + 1];
        if (function != BodyKinds.CALL) {
            arguments = size - 1;
            head = 1 + functionSize(function);
            tail = 0;
            tailAt = 0;
            return head > 1;
        }
        if (size < 4) {
            return false;
        }
        int functionSize = functionSize(array[offset + 2]);
        head = 3 + functionSize;
        arguments = (array[offset + head - 1] & 0xff) - Tags.FIXARRAY;
        if (functionSize == 0 || arguments < 1 || arguments > Limits.RUN_ARGUMENTS) {
            return false;
        }
        tailAt = offset + head + argumentBytes(body);
        tail = offset + body.length() - tailAt;
        return head + tail <= Limits.RUN_SHARED * arguments;
    }

    private boolean likeFirst(@Nullable Payload body) {
        if (body == null
                || body.length() <= head + tail
                || !Slices.equal(array, offset, body.array(), body.offset(), head)) {
            return false;
        }
        if (tail == 0) {
            return true;
        }
        int begin = head + argumentBytes(body);
        return body.length() - begin == tail && Slices.equal(body.array(), body.offset() + begin, array, tailAt, tail);
    }

    private int argumentBytes(Payload body) {
        reader.turnTo(body);
        int begin = body.offset() + head;
        reader.backTo(begin);
        for (int i = 0; i < arguments; i++) {
            reader.skip(Limits.FRAME_DEPTH);
        }
        return reader.at() - begin;
    }

    /** Bytes of the integer with this tag if it is one from 0 on; else 0. */
    private static int functionSize(int tag) {
        int unsigned = tag & 0xff;
        return tag >= 0 || (unsigned >= Tags.UINT8 && unsigned <= Tags.UINT32) ? Tags.sizeOf(unsigned) : 0;
    }
}
