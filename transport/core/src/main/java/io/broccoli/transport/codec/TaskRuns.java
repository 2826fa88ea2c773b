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
    private final RunTemplate template = new RunTemplate();
    private int[] lengths = new int[64];

    void write(WireWriter out, List<@Nullable Payload> bodies, boolean columns) {
        if (!columns || bodies.size() < Limits.SHORTEST_RUN) {
            out.arrayHeader(bodies.size());
            for (int i = 0; i < bodies.size(); i++) {
                row(out, bodies.get(i));
            }
        } else if (!oneRun(out, bodies)) {
            runs(out, bodies);
        }
    }

    /** The usual frame, in one go: all its tasks are one run. */
    private boolean oneRun(WireWriter out, List<@Nullable Payload> bodies) {
        if (!template.lookAt(bodies.get(0))) {
            return false;
        }
        int begin = out.length();
        int size = bodies.size();
        out.arrayHeader(1);
        runHeader(out, size);
        for (int i = 0; i < size; i++) {
            Payload body = bodies.get(i);
            if (body == null || !template.fits(body)) {
                out.cutTo(begin);
                return false;
            }
            values(out, body);
        }
        return true;
    }

    private void runs(WireWriter out, List<@Nullable Payload> bodies) {
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

    /** How many entries there will be; {@link #lengths} has the number of bodies in each. */
    private int findRuns(List<@Nullable Payload> bodies) {
        int entries = 0;
        int size = bodies.size();
        if (lengths.length < size) {
            lengths = Arrays.copyOf(lengths, size + size / 2);
        }
        for (int from = 0; from < size; ) {
            int to = from + 1;
            if (template.lookAt(bodies.get(from))) {
                while (to < size && template.fits(bodies.get(to))) {
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
        template.lookAt(bodies.get(from));
        runHeader(out, to - from);
        for (int i = from; i < to; i++) {
            Payload body = bodies.get(i);
            if (body != null) {
                values(out, body);
            }
        }
    }

    private void runHeader(WireWriter out, int tasks) {
        out.arrayHeader(2 + tasks * template.arguments());
        template.write(out);
        out.integer(template.arguments());
    }

    private void values(WireWriter out, Payload body) {
        out.raw(body.array(), body.offset() + template.head(), body.length() - template.shared());
    }

    private static void row(WireWriter out, @Nullable Payload body) {
        if (body == null) {
            out.nil();
        } else {
            out.value(body);
        }
    }
}
