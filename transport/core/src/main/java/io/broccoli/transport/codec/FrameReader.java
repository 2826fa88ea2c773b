package io.broccoli.transport.codec;

import io.broccoli.frame.Frame;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.frame.Site;
import io.broccoli.spi.VersionMismatchException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one frame; bodies, results and items are slices of it. */
final class FrameReader {
    private static final int INT = Integer.MAX_VALUE;
    private static final Frame.MemberState[] STATES = Frame.MemberState.values();
    private static final Frame.Refusal[] REFUSALS = Frame.Refusal.values();

    private final WireReader in;
    private final Fields fields;

    private FrameReader(WireReader in) {
        this.in = in;
        this.fields = Fields.open(in);
    }

    static Frame read(byte[] bytes) {
        FrameReader reader = new FrameReader(new WireReader(bytes, 0, bytes.length));
        Frame frame = reader.frame();
        reader.fields.skipRest(Limits.FRAME_DEPTH);
        reader.in.done();
        return frame;
    }

    private Frame frame() {
        int head = number();
        if (FrameKinds.version(head) != Frame.VERSION) {
            throw new VersionMismatchException(FrameKinds.version(head));
        }
        return switch (FrameKinds.kind(head)) {
            case FrameKinds.STATUS -> status();
            case FrameKinds.POLL -> poll();
            case FrameKinds.GRANT -> grant();
            case FrameKinds.TASKS -> new Frame.Tasks(any(), any(), seq(), number(), seq(), any(), tasks());
            case FrameKinds.RESULTS -> new Frame.Results(any(), any(), seq(), seq(), number(), results());
            case FrameKinds.ITEMS -> new Frame.Items(any(), any(), items());
            case FrameKinds.CANCEL -> new Frame.Cancel(any(), any(), seq(), number(), ranges());
            case FrameKinds.NACK -> new Frame.Nack(any(), seq(), seq(), REFUSALS[ordinal(REFUSALS.length)], any());
            case FrameKinds.BYE -> new Frame.Bye(any());
            default -> throw in.malformed(1, "an unknown kind of frame: " + FrameKinds.kind(head));
        };
    }

    private long any() {
        fields.need();
        return in.integer();
    }

    private long seq() {
        fields.need();
        return in.count();
    }

    private int number() {
        fields.need();
        return in.count(INT);
    }

    private int numberOrZero() {
        return fields.next() ? in.count(INT) : 0;
    }

    private int ordinal(int values) {
        fields.need();
        return in.count(values - 1);
    }

    private Frame.Grant grant() {
        long producerEpoch = any();
        long linkEpoch = any();
        long ctl = seq();
        long limit = seq();
        int free = number();
        return new Frame.Grant(producerEpoch, linkEpoch, ctl, limit, ranges(), free);
    }

    private Frame.Poll poll() {
        long producerEpoch = any();
        long linkEpoch = any();
        long ctl = seq();
        int want = number();
        int maxFrame = number();
        int features = numberOrZero();
        long[] open = fields.next() ? open() : new long[0];
        List<Frame.ItemAsk> items = fields.next() ? itemAsks() : List.of();
        int weight = fields.next() ? in.count(INT) : 1;
        return new Frame.Poll(producerEpoch, linkEpoch, ctl, want, open, items, maxFrame, features, weight);
    }

    private long[] open() {
        long[] open = new long[in.arrayHeader()];
        long before = 0;
        for (int i = 0; i < open.length; i++) {
            int place = in.at();
            before += in.integer();
            if (before < 0) {
                throw in.malformed(place, "a negative sequence number");
            }
            open[i] = before;
        }
        return open;
    }

    private List<Frame.ItemAsk> itemAsks() {
        int size = in.arrayHeader();
        List<Frame.ItemAsk> asks = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Fields parts = Fields.open(in);
            asks.add(new Frame.ItemAsk(count(parts), count(parts), count(parts)));
            parts.skipRest(Limits.FRAME_DEPTH);
        }
        return asks;
    }

    private long count(Fields parts) {
        parts.need();
        return in.count();
    }

    private SeqRanges ranges() {
        fields.need();
        int place = in.at();
        int size = in.arrayHeader();
        if (size % 2 == 0) {
            throw in.malformed(place, size + " bounds of ranges, which are not a floor and pairs");
        }
        long floor = in.count();
        long[] bounds = new long[size - 1];
        long before = floor;
        for (int i = 0; i < bounds.length; i++) {
            long step = in.count();
            boolean touches = i % 2 == 0 && step < (before == 0 ? 1 : 2);
            if (touches || step > Long.MAX_VALUE - before) {
                throw in.malformed(in.at(), "ranges that do not rise");
            }
            before += step;
            bounds[i] = before;
        }
        return bounds.length == 0 && floor == 0 ? SeqRanges.NONE : new SeqRanges(floor, bounds);
    }

    private List<@Nullable Payload> tasks() {
        fields.need();
        return TaskRows.read(in);
    }

    private List<Frame.Result> results() {
        fields.need();
        return ResultRows.read(in);
    }

    private List<Frame.ItemRun> items() {
        fields.need();
        int size = in.arrayHeader();
        List<Frame.ItemRun> runs = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Fields parts = Fields.open(in);
            long seq = count(parts);
            long first = count(parts);
            parts.need();
            int count = in.arrayHeader();
            List<Payload> values = new ArrayList<>(count);
            for (int n = 0; n < count; n++) {
                values.add(in.slice(Limits.FRAME_DEPTH));
            }
            boolean last = parts.next() && in.bool();
            parts.skipRest(Limits.FRAME_DEPTH);
            runs.add(new Frame.ItemRun(seq, first, last, values));
        }
        return runs;
    }

    private Frame.Status status() {
        fields.need();
        String member = in.string();
        long bootEpoch = any();
        Frame.MemberState state = STATES[ordinal(STATES.length)];
        int queue = numberOrZero();
        int workers = numberOrZero();
        int free = numberOrZero();
        int maxFrame = numberOrZero();
        int maxTask = numberOrZero();
        int features = numberOrZero();
        Site site = fields.next() ? site() : Site.UNKNOWN;
        List<FunctionInfo> functions = fields.next() ? functions() : List.of();
        return new Frame.Status(
                member, bootEpoch, state, queue, workers, free, maxFrame, maxTask, features, site, functions);
    }

    private Site site() {
        if (in.take(Tags.NIL)) {
            return Site.UNKNOWN;
        }
        Fields parts = Fields.open(in);
        parts.need();
        int size = in.mapHeader();
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < size; i++) {
            labels.put(in.string(), in.string());
        }
        Double latitude = parts.next() ? degrees() : null;
        Double longitude = parts.next() ? degrees() : null;
        parts.skipRest(Limits.FRAME_DEPTH);
        return new Site(labels, latitude, longitude);
    }

    private @Nullable Double degrees() {
        return in.take(Tags.NIL) ? null : in.floating();
    }

    private List<FunctionInfo> functions() {
        int size = in.arrayHeader();
        List<FunctionInfo> functions = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Fields parts = Fields.open(in);
            parts.need();
            int number = in.count(INT);
            parts.need();
            String name = in.string();
            String version = parts.next() ? in.string() : "";
            List<FunctionInfo.Parameter> parameters = parts.next() ? parameters() : List.of();
            boolean replayable = parts.next() && in.bool();
            parts.skipRest(Limits.FRAME_DEPTH);
            functions.add(new FunctionInfo(number, name, version, parameters, replayable));
        }
        return functions;
    }

    private List<FunctionInfo.Parameter> parameters() {
        int size = in.arrayHeader();
        List<FunctionInfo.Parameter> parameters = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            boolean optional = Tags.isArray(in.peek());
            if (optional) {
                Fields parts = Fields.open(in);
                parts.need();
                parameters.add(new FunctionInfo.Parameter(in.string(), true));
                parts.skipRest(Limits.FRAME_DEPTH);
            } else {
                parameters.add(new FunctionInfo.Parameter(in.string(), false));
            }
        }
        return parameters;
    }
}
