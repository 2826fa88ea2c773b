package io.broccoli.perf.micro;

import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.spi.PayloadCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A frame's worth of {@code add(int, int)} calls, and of their results. */
record Batch(int size) {

    static final int FUNCTION = 1;
    static final long PRODUCER_EPOCH = 1_700_000_000_000L;
    static final long LINK_EPOCH = 3L << 24 | 1;
    static final long CTL = 4_711;
    static final int WANT = 256;
    static final int FREE = 512;
    static final long FIRST_SEQ = 70_000;
    static final long FIRST_ID = (1L << 40) + FIRST_SEQ;

    int x(int i) {
        return i;
    }

    int y(int i) {
        return 1_000 + i;
    }

    int sum(int i) {
        return x(i) + y(i);
    }

    Frame.Tasks tasks(PayloadCodec codec) {
        List<@Nullable Payload> bodies = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            bodies.add(codec.encodeBody(new Body.Call(FUNCTION, List.of(x(i), y(i)), Map.of(), Body.Headers.NONE)));
        }
        return new Frame.Tasks(PRODUCER_EPOCH, LINK_EPOCH, CTL, WANT, FIRST_SEQ, FIRST_ID, bodies);
    }

    Frame.Results results(PayloadCodec codec) {
        List<Frame.Result> entries = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            entries.add(new Frame.Result(FIRST_SEQ + i, Frame.ResultStatus.SUCCESS, codec.encode(sum(i))));
        }
        return new Frame.Results(PRODUCER_EPOCH, LINK_EPOCH, CTL, FIRST_SEQ + size, FREE, entries);
    }
}
