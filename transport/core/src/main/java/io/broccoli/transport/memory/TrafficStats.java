package io.broccoli.transport.memory;

import io.broccoli.frame.Frame;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counters of a {@link MemoryNetwork}. The kind of a frame also determines its direction. Frames of an unknown kind
 * count as {@code Frame.class}.
 *
 * @param sent frames handed to the network, by kind
 * @param delivered frames delivered, by kind, copies included
 * @param lost frames lost by the fault plan
 * @param repeated frames repeated by the fault plan
 * @param unreachable frames to a member that is not connected, or cut off from the sender
 * @param dropped frames dropped because the inbox of the receiver was full
 * @param presences announcements and wills
 * @param hellos requests for announcements
 */
public record TrafficStats(
        Map<Class<? extends Frame>, Count> sent,
        Map<Class<? extends Frame>, Count> delivered,
        long lost,
        long repeated,
        long unreachable,
        long dropped,
        long presences,
        long hellos) {

    /**
     * A number of frames.
     *
     * @param frames frames
     * @param bytes their bytes
     */
    public record Count(long frames, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count plus(Count other) {
            return new Count(frames + other.frames, bytes + other.bytes);
        }

        Count minus(Count other) {
            return new Count(frames - other.frames, bytes - other.bytes);
        }
    }

    public TrafficStats {
        sent = Map.copyOf(sent);
        delivered = Map.copyOf(delivered);
    }

    /** How many frames of a kind were sent. */
    public Count sent(Class<? extends Frame> kind) {
        return sent.getOrDefault(kind, Count.NONE);
    }

    /** How many frames of a kind were delivered, copies included. */
    public Count delivered(Class<? extends Frame> kind) {
        return delivered.getOrDefault(kind, Count.NONE);
    }

    /** How many frames of all kinds were sent. */
    public Count total() {
        return sent.values().stream().reduce(Count.NONE, Count::plus);
    }

    /** The difference to earlier counters. */
    public TrafficStats since(TrafficStats before) {
        return new TrafficStats(
                minus(sent, before.sent),
                minus(delivered, before.delivered),
                lost - before.lost,
                repeated - before.repeated,
                unreachable - before.unreachable,
                dropped - before.dropped,
                presences - before.presences,
                hellos - before.hellos);
    }

    private static Map<Class<? extends Frame>, Count> minus(
            Map<Class<? extends Frame>, Count> now, Map<Class<? extends Frame>, Count> before) {
        Map<Class<? extends Frame>, Count> difference = new LinkedHashMap<>();
        now.forEach((kind, count) -> difference.put(kind, count.minus(before.getOrDefault(kind, Count.NONE))));
        return difference;
    }
}
