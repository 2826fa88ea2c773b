package io.broccoli.transport.codec;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import java.util.ArrayList;
import java.util.List;

/** Reads results, one for each seq however they came. */
final class ResultRows {
    private static final Frame.ResultStatus[] STATUSES = Frame.ResultStatus.values();

    private final WireReader in;
    private final ArrayList<Frame.Result> results;
    private int empty;

    private ResultRows(WireReader in, int entries) {
        this.in = in;
        this.results = new ArrayList<>(entries);
    }

    static List<Frame.Result> read(WireReader in) {
        int entries = in.arrayHeader();
        ResultRows rows = new ResultRows(in, entries);
        for (int i = 0; i < entries; i++) {
            rows.entry();
        }
        return rows.results;
    }

    private void entry() {
        int place = in.at();
        Fields parts = Fields.open(in);
        parts.need();
        long seq = in.count();
        parts.need();
        Frame.ResultStatus status = STATUSES[in.count(STATUSES.length - 1)];
        boolean payloads = false;
        int count = 1;
        if (parts.next()) {
            payloads = Tags.isArray(in.peek());
            count = payloads ? in.arrayHeader() : in.count(Limits.EMPTY_RESULTS);
        }
        empty += payloads ? 0 : count;
        if (empty > Limits.EMPTY_RESULTS || seq > Long.MAX_VALUE - count) {
            throw in.malformed(place, "more results than are allowed");
        }
        results.ensureCapacity(results.size() + count);
        for (int i = 0; i < count; i++) {
            Payload payload = payloads ? in.slice(Limits.FRAME_DEPTH) : Payload.EMPTY;
            results.add(new Frame.Result(seq + i, status, payload));
        }
        parts.skipRest(Limits.FRAME_DEPTH);
    }
}
