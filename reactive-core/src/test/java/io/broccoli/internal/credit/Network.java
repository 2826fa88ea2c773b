package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Loses, repeats, delays and reorders frames; can be cut in one way or both. */
final class Network {

    private final World world;
    private final Set<String> cut = new HashSet<>();
    double loss;
    double repeat;
    double late; // share of frames that lie about somewhere for 1 to 15 s
    long delay = 20 * World.MILLI; // of most, on average
    long spread; // up to which delays are all as likely; 0: as delay says
    boolean orderly; // each frame takes as long as any other
    boolean down;
    long lastSent;
    long healsAt;

    Network(World world) {
        this.world = world;
    }

    boolean isWhole() {
        return !down && cut.isEmpty();
    }

    void send(String from, String to, Frame frame) {
        if (!(frame instanceof Frame.Status)) {
            lastSent = world.now;
        }
        if (world.tracing) {
            world.trace(from + " -> " + to + " " + readable(frame));
        }
        int copies = repeat > 0 && world.random.nextDouble() < repeat ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (!isCut(from, to) && (loss <= 0 || world.random.nextDouble() >= loss)) {
                world.after(travelTime(), () -> world.deliver(from, to, frame));
            }
        }
    }

    private static String readable(Frame frame) {
        if (frame instanceof Frame.Status status) {
            return "Status " + status.state() + " " + status.bootEpoch();
        }
        String open = frame instanceof Frame.Poll poll ? " open=" + Arrays.toString(poll.open()) : "";
        return frame.toString().replaceAll("Epoch|, items=\\[\\]|, open=[^,]*|, maxFrame=.*|Payload", "") + open;
    }

    private boolean isCut(String from, String to) {
        return down || !cut.isEmpty() && cut.contains(from + ">" + to);
    }

    private long travelTime() {
        if (orderly) {
            return delay;
        }
        long time = World.MILLI + (spread > 0 ? (long) (world.random.nextDouble() * spread) : world.exponential(delay));
        return late > 0 && world.random.nextDouble() < late ? time + world.between(1, 15) : time;
    }

    /** Nothing gets from one to the other, from {@code start} to {@code end}, both counted from now. */
    void block(String from, String to, long start, long end) {
        healsAt = Math.max(healsAt, world.now + end);
        world.after(start, () -> cut.add(from + ">" + to));
        world.after(end, () -> cut.remove(from + ">" + to));
    }

    /** Nothing gets anywhere. */
    void outage(long start, long end) {
        healsAt = Math.max(healsAt, world.now + end);
        world.after(start, () -> down = true);
        world.after(end, () -> down = false);
    }
}
