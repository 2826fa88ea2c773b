package io.broccoli.transport.memory;

import io.broccoli.frame.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a network carries; from any thread. */
final class Traffic {

    /** By the number of the kind on the wire; the last is for whatever else. */
    private static final List<Class<? extends Frame>> KINDS = List.of(
            Frame.Status.class,
            Frame.Poll.class,
            Frame.Grant.class,
            Frame.Tasks.class,
            Frame.Results.class,
            Frame.Items.class,
            Frame.Cancel.class,
            Frame.Nack.class,
            Frame.Bye.class,
            Frame.class);

    final LongAdder lost = new LongAdder();
    final LongAdder repeated = new LongAdder();
    final LongAdder unreachable = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder presences = new LongAdder();
    final LongAdder hellos = new LongAdder();
    private final LongAdder[] sent = adders();
    private final LongAdder[] delivered = adders();

    void sent(byte[] frame) {
        count(sent, frame);
    }

    void delivered(byte[] frame) {
        count(delivered, frame);
    }

    TrafficStats stats() {
        return new TrafficStats(
                counts(sent),
                counts(delivered),
                lost.sum(),
                repeated.sum(),
                unreachable.sum(),
                dropped.sum(),
                presences.sum(),
                hellos.sum());
    }

    private static void count(LongAdder[] counters, byte[] frame) {
        int kind = kind(frame);
        counters[2 * kind].increment();
        counters[2 * kind + 1].add(frame.length);
    }

    /** The second byte is {@code version * 16 + kind} as long as frames have less than 16 elements. */
    private static int kind(byte[] frame) {
        int unknown = KINDS.size() - 1;
        return frame.length < 2 ? unknown : Math.min(frame[1] & 15, unknown);
    }

    private static LongAdder[] adders() {
        LongAdder[] adders = new LongAdder[2 * KINDS.size()];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    private static Map<Class<? extends Frame>, TrafficStats.Count> counts(LongAdder[] counters) {
        Map<Class<? extends Frame>, TrafficStats.Count> counts = new LinkedHashMap<>();
        for (int kind = 0; kind < KINDS.size(); kind++) {
            long frames = counters[2 * kind].sum();
            if (frames > 0) {
                counts.put(KINDS.get(kind), new TrafficStats.Count(frames, counters[2 * kind + 1].sum()));
            }
        }
        return counts;
    }
}
