package io.broccoli.transport.codec;

import io.broccoli.frame.Frame;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.frame.Site;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes frames; keeps its slab and its scratch, so that a frame makes no garbage. For one thread. */
final class FrameWriter {
    private final WireWriter out = new WireWriter();
    private final TaskRuns tasks = new TaskRuns();
    private final ResultRuns results = new ResultRuns();

    @SuppressWarnings("EnumOrdinal") // the order of the constants is that of the wire format
    byte[] write(Frame frame, boolean columns) {
        out.end(); // of a frame before that failed
        if (frame instanceof Frame.Tasks it) {
            open(8, FrameKinds.TASKS);
            link(it);
            out.integer(it.firstSeq());
            out.integer(it.firstId());
            tasks.write(out, it.bodies(), columns);
        } else if (frame instanceof Frame.Results it) {
            open(7, FrameKinds.RESULTS);
            epochs(it.producerEpoch(), it.linkEpoch());
            out.count(it.ctl());
            out.count(it.limit());
            out.count(it.free());
            results.write(out, it.entries());
        } else if (frame instanceof Frame.Grant it) {
            open(7, FrameKinds.GRANT);
            epochs(it.producerEpoch(), it.linkEpoch());
            out.count(it.ctl());
            out.count(it.limit());
            out.count(it.free());
            ranges(it.seen());
        } else if (frame instanceof Frame.Poll it) {
            poll(it);
        } else if (frame instanceof Frame.Items it) {
            items(it);
        } else if (frame instanceof Frame.Cancel it) {
            open(6, FrameKinds.CANCEL);
            link(it);
            ranges(it.ranges());
        } else if (frame instanceof Frame.Nack it) {
            open(6, FrameKinds.NACK);
            out.integer(it.linkEpoch());
            out.count(it.firstSeq());
            out.count(it.lastSeq());
            out.integer(it.reason().ordinal());
            out.integer(it.current());
        } else if (frame instanceof Frame.Status it) {
            status(it);
        } else {
            open(2, FrameKinds.BYE);
            out.integer(((Frame.Bye) frame).epoch());
        }
        return out.takeCopy();
    }

    private void open(int size, int kind) {
        out.arrayHeader(size);
        out.integer(FrameKinds.head(kind));
    }

    private void epochs(long producerEpoch, long linkEpoch) {
        out.integer(producerEpoch);
        out.integer(linkEpoch);
    }

    private void link(Frame.ToNode frame) {
        epochs(frame.producerEpoch(), frame.linkEpoch());
        out.count(frame.ctl());
        out.count(frame.want());
    }

    private void poll(Frame.Poll poll) {
        int size = sizeOf(poll);
        open(size, FrameKinds.POLL);
        link(poll);
        out.count(poll.maxFrame());
        if (size > 6) {
            out.count(poll.features());
        }
        if (size > 7) {
            out.arrayHeader(poll.open().length);
            long before = 0;
            for (long seq : poll.open()) {
                out.integer(seq - before);
                before = seq;
            }
        }
        if (size > 8) {
            out.arrayHeader(poll.items().size());
            for (Frame.ItemAsk ask : poll.items()) {
                out.arrayHeader(3);
                out.count(ask.seq());
                out.count(ask.received());
                out.count(ask.limit());
            }
        }
        if (size > 9) {
            out.count(poll.weight());
        }
    }

    private static int sizeOf(Frame.Poll poll) {
        if (poll.weight() > 1) {
            return 10;
        }
        return !poll.items().isEmpty() ? 9 : poll.open().length > 0 ? 8 : poll.features() != 0 ? 7 : 6;
    }

    private void items(Frame.Items items) {
        open(4, FrameKinds.ITEMS);
        epochs(items.producerEpoch(), items.linkEpoch());
        out.arrayHeader(items.runs().size());
        for (Frame.ItemRun run : items.runs()) {
            out.arrayHeader(run.last() ? 4 : 3);
            out.count(run.seq());
            out.count(run.first());
            List<Payload> values = run.values();
            out.arrayHeader(values.size());
            for (int i = 0; i < values.size(); i++) {
                out.value(values.get(i));
            }
            if (run.last()) {
                out.bool(true);
            }
        }
    }

    private void ranges(SeqRanges ranges) {
        long[] bounds = ranges.pairs();
        out.arrayHeader(1 + bounds.length);
        out.count(ranges.floor());
        long before = ranges.floor();
        for (long bound : bounds) {
            out.count(bound - before);
            before = bound;
        }
    }

    @SuppressWarnings("EnumOrdinal")
    private void status(Frame.Status status) {
        int[] numbers = {
            status.queue(), status.workers(), status.free(), status.maxFrame(), status.maxTask(), status.features()
        };
        boolean functions = !status.functions().isEmpty();
        boolean site = functions || !status.site().equals(Site.UNKNOWN);
        int count = numbers.length;
        while (!site && count > 0 && numbers[count - 1] == 0) {
            count--;
        }
        open(4 + count + (site ? 1 : 0) + (functions ? 1 : 0), FrameKinds.STATUS);
        out.string(status.member());
        out.integer(status.bootEpoch());
        out.integer(status.state().ordinal());
        for (int i = 0; i < count; i++) {
            out.count(numbers[i]);
        }
        if (site) {
            site(status.site());
        }
        if (functions) {
            out.arrayHeader(status.functions().size());
            for (FunctionInfo function : status.functions()) {
                function(function);
            }
        }
    }

    private void site(Site site) {
        if (site.equals(Site.UNKNOWN)) {
            out.nil();
            return;
        }
        Double latitude = site.latitude();
        Double longitude = site.longitude();
        int size = longitude != null ? 3 : latitude != null ? 2 : 1;
        out.arrayHeader(size);
        out.mapHeader(site.labels().size());
        // in order, so that the same status is always the same bytes
        for (Map.Entry<String, String> label : new TreeMap<>(site.labels()).entrySet()) {
            out.string(label.getKey());
            out.string(label.getValue());
        }
        if (size > 1) {
            degrees(latitude);
        }
        if (size > 2) {
            degrees(longitude);
        }
    }

    private void degrees(@Nullable Double value) {
        if (value == null) {
            out.nil();
        } else {
            out.float64(value);
        }
    }

    private void function(FunctionInfo function) {
        int size = function.replayable()
                ? 5
                : !function.parameters().isEmpty() ? 4 : !function.version().isEmpty() ? 3 : 2;
        out.arrayHeader(size);
        out.count(function.number());
        out.string(function.name());
        if (size > 2) {
            out.string(function.version());
        }
        if (size > 3) {
            out.arrayHeader(function.parameters().size());
            for (FunctionInfo.Parameter parameter : function.parameters()) {
                if (parameter.optional()) {
                    out.arrayHeader(1);
                }
                out.string(parameter.name());
            }
        }
        if (size > 4) {
            out.bool(true);
        }
    }
}
