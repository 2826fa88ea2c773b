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
            rows.entry();
        }
        return rows.bodies;
    }

    private void entry() {
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
            run(from, size);
            return;
        }
        for (int i = 0; i < size; i++) {
            in.skip(Limits.FRAME_DEPTH - 1);
        }
        bodies.add(Payload.of(in.array(), from, in.at() - from));
    }

    private void run(int from, int size) {
        int templateSize = in.arrayHeader();
        Fields template = new Fields(in, templateSize);
        template.need();
        int sharedAt = in.at();
        boolean plain = in.peek() != (BodyKinds.CALL & 0xff);
        if (!plain) {
            in.integer();
            template.need();
        }
        in.count(Integer.MAX_VALUE);
        int sharedEnd = in.at();
        if (!plain) {
            template.need();
            if (!in.take(Tags.FIXARRAY)) {
                throw in.found("an empty array in the place of the arguments");
            }
        }
        int tailAt = in.at();
        if (plain ? template.left() > 0 : templateSize > Limits.RUN_ARGUMENTS) {
            throw in.malformed(from, "a run with a template of " + templateSize + " elements");
        }
        template.skipRest(Limits.FRAME_DEPTH - 1);
        int tail = in.at() - tailAt;
        int arguments = in.count(Limits.RUN_ARGUMENTS);
        int values = size - 2;
        if (arguments == 0 || values < arguments || values % arguments != 0) {
            throw in.malformed(from, "a run of " + values + " values for " + arguments + " arguments each");
        }
        byte[] head = head(plain, plain ? arguments + 1 : templateSize, sharedAt, sharedEnd, arguments);
        if (head.length + tail > Limits.RUN_SHARED * arguments) {
            throw in.malformed(from, "a run that shares more than " + Limits.RUN_SHARED + " bytes for each argument");
        }
        rows(head, tailAt, tail, arguments, values / arguments);
    }

    private byte[] head(boolean plain, int bodySize, int sharedAt, int sharedEnd, int arguments) {
        int shared = sharedEnd - sharedAt;
        byte[] head = new byte[1 + shared + (plain ? 0 : 1)];
        head[0] = (byte) (Tags.FIXARRAY | bodySize);
        Slices.copy(in.array(), sharedAt, head, 1, shared);
        if (!plain) {
            head[head.length - 1] = (byte) (Tags.FIXARRAY | arguments);
        }
        return head;
    }

    private void rows(byte[] head, int tailAt, int tail, int arguments, int count) {
        int begin = in.at();
        for (int i = count * arguments; i > 0; i--) {
            in.skip(Limits.FRAME_DEPTH - 2);
        }
        byte[] from = in.array();
        byte[] rows = new byte[in.at() - begin + count * (head.length + tail)];
        in.backTo(begin);
        int to = 0;
        for (int row = 0; row < count; row++) {
            int valuesAt = in.at();
            for (int i = 0; i < arguments; i++) {
                in.skip(Limits.FRAME_DEPTH - 2);
            }
            int length = in.at() - valuesAt;
            int rowAt = to;
            Slices.copy(head, 0, rows, to, head.length);
            to += head.length;
            Slices.copy(from, valuesAt, rows, to, length);
            to += length;
            Slices.copy(from, tailAt, rows, to, tail);
            to += tail;
            bodies.add(Payload.of(rows, rowAt, to - rowAt));
        }
    }
}
