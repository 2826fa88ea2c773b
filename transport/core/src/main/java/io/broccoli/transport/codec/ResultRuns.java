package io.broccoli.transport.codec;

import io.broccoli.frame.Frame;
import java.util.List;

/** Writes results: those with consecutive seqs and one status together, either all with a payload or all without. For one thread. */
final class ResultRuns {

    void write(WireWriter out, List<Frame.Result> results) {
        out.arrayHeader(entries(results));
        int size = results.size();
        int empty = 0;
        for (int from = 0; from < size; ) {
            int to = end(results, from);
            if (results.get(from).payload().isEmpty()) {
                empty += to - from;
            }
            run(out, results, from, to);
            from = to;
        }
        if (empty > Limits.EMPTY_RESULTS) {
            throw new IllegalArgumentException(
                    empty + " results without payload in a frame, " + Limits.EMPTY_RESULTS + " are allowed");
        }
    }

    private static int entries(List<Frame.Result> results) {
        int entries = 0;
        for (int from = 0; from < results.size(); from = end(results, from)) {
            entries++;
        }
        return entries;
    }

    private static int end(List<Frame.Result> results, int from) {
        Frame.Result first = results.get(from);
        int size = results.size();
        int to = from + 1;
        boolean empty = first.payload().isEmpty();
        long seq = first.seq() + 1;
        while (to < size) {
            Frame.Result result = results.get(to);
            if (result.seq() != seq
                    || result.status() != first.status()
                    || result.payload().isEmpty() != empty) {
                break;
            }
            seq++;
            to++;
        }
        return to;
    }

    @SuppressWarnings("EnumOrdinal") // the order of the constants is that of the wire format
    private static void run(WireWriter out, List<Frame.Result> results, int from, int to) {
        Frame.Result first = results.get(from);
        boolean empty = first.payload().isEmpty();
        int count = to - from;
        out.arrayHeader(empty && count == 1 ? 2 : 3);
        out.count(first.seq());
        out.integer(first.status().ordinal());
        if (!empty) {
            out.arrayHeader(count);
            for (int i = from; i < to; i++) {
                out.raw(results.get(i).payload());
            }
        } else if (count > 1) {
            out.integer(count);
        }
    }
}
