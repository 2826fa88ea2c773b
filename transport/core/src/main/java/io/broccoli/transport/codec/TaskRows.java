package io.broccoli.transport.codec;

import io.broccoli.frame.Payload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of a frame: slices of it, and, for a run, slices of one array in which its rows are put together again. So who
 * holds a body never needs to know how it came.
 */
final class TaskRows {
    private static final int HEAD_ROOM = 16;

    private final WireReader in;
    private final List<@Nullable Payload> bodies;

    private TaskRows(WireReader in, int entries) {
        this.in = in;
        this.bodies = new ArrayList<>(entries);
    }

    static List<@Nullable Payload> read(WireReader in) {
        int entries = in.arrayHeader();
        TaskRows rows = new TaskRows(in, entries);
        for (int i = 0; i < entries; i++) {
            rows.entry(i == entries - 1);
        }
        return rows.bodies;
    }

    private void entry(boolean last) {
        int from = in.at();
        if (in.take(Tags.NIL)) {
            bodies.add(null);
            return;
        }
        int size = in.arrayHeader();
        if (size == 0) {
            throw in.malformed(from, "an empty body");
        }
        if (Tags.isArray(in.peek())) {
            run(from, size, last);
            return;
        }
        in.skip(size, Limits.FRAME_DEPTH - 1);
        bodies.add(Payload.of(in.array(), from, in.at() - from));
    }

    private void run(int from, int size, boolean last) {
        Template template = template(from);
        int values = size - 2;
        if (values < template.arguments || values % template.arguments != 0) {
            throw in.malformed(from, "a run of " + values + " values for " + template.arguments + " arguments each");
        }
        rows(template, values / template.arguments, last);
    }

    private Template template(int from) {
        int size = in.arrayHeader();
        Fields fields = new Fields(in, size);
        fields.need();
        int sharedAt = in.at();
        boolean plain = in.peek() != (BodyKinds.CALL & 0xff);
        if (!plain) {
            in.integer();
            fields.need();
        }
        in.count(Integer.MAX_VALUE);
        int shared = in.at() - sharedAt;
        if (!plain) {
            fields.need();
            if (!in.take(Tags.FIXARRAY)) {
                throw in.found("an empty array in the place of the arguments");
            }
        }
        int tailAt = in.at();
        if (plain ? size > 1 : size > Limits.RUN_ARGUMENTS) {
            throw in.malformed(from, "a run with a template of " + size + " elements");
        }
        fields.skipRest(Limits.FRAME_DEPTH - 1);
        int tail = in.at() - tailAt;
        int arguments = in.count(Limits.RUN_ARGUMENTS);
        int head = plain ? 1 + shared : 2 + shared;
        if (head + tail > Limits.RUN_SHARED * arguments) {
            throw in.malformed(from, "a run that shares more than " + Limits.RUN_SHARED + " bytes for each argument");
        }
        byte[] bytes = new byte[head + HEAD_ROOM];
        bytes[0] = (byte) (Tags.FIXARRAY | (plain ? arguments + 1 : size));
        Slices.copy(in.array(), sharedAt, bytes, 1, shared);
        if (!plain) {
            bytes[head - 1] = (byte) (Tags.FIXARRAY | arguments);
        }
        return new Template(bytes, head, tailAt, tail, arguments);
    }

    private void rows(Template template, int count, boolean last) {
        byte[] from = in.array();
        int valueBytes = last ? in.left() : valueBytes(count * template.arguments);
        byte[] rows = new byte[valueBytes + count * (template.head + template.tail)];
        int to = 0;
        for (int row = 0; row < count; row++) {
            int valuesAt = in.at();
            in.skip(template.arguments, Limits.FRAME_DEPTH - 2);
            int length = in.at() - valuesAt;
            int rowAt = to;
            Slices.append(template.bytes, 0, rows, to, template.head);
            to += template.head;
            Slices.append(from, valuesAt, rows, to, length);
            to += length;
            if (template.tail > 0) {
                Slices.append(from, template.tailAt, rows, to, template.tail);
                to += template.tail;
            }
            bodies.add(Payload.of(rows, rowAt, to - rowAt));
        }
    }

    /** Looks ahead; spared for what is last in its frame, the usual run, as all that is left is its values. */
    private int valueBytes(int values) {
        int begin = in.at();
        in.skip(values, Limits.FRAME_DEPTH - 2);
        int bytes = in.at() - begin;
        in.backTo(begin);
        return bytes;
    }

    /** What the tasks of a run share. */
    private static final class Template {

        /** Those before the arguments in each row, and some room, as {@link Slices#append} reads more than it needs. */
        final byte[] bytes;

        final int head;

        /** Where in the frame those behind the arguments are. */
        final int tailAt;

        final int tail;
        final int arguments;

        Template(byte[] bytes, int head, int tailAt, int tail, int arguments) {
            this.bytes = bytes;
            this.head = head;
            this.tailAt = tailAt;
            this.tail = tail;
            this.arguments = arguments;
        }
    }
}
