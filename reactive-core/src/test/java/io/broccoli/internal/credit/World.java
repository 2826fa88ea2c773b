package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Real links and ledgers in virtual time, over a network that does its worst, with members that crash, fall silent or cheat. The
 * invariants are looked at after each event, on the member that it touched. A seed replays a world exactly.
 */
final class World {

    static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_EVENTS = 1_000_000;

    /** What clocks of members show when a world begins: also below zero, and so that they pass zero or the end of all numbers. */
    private static final long[] CLOCKS = {0, -SECOND, Long.MAX_VALUE - 10 * SECOND, -40 * SECOND, Long.MIN_VALUE};

    final Random random;
    final boolean tracing;
    final Network network = new Network(this);
    final Map<String, Member> members = new LinkedHashMap<>();
    final List<SimNode> nodes = new ArrayList<>();
    final List<SimProducer> producers = new ArrayList<>();
    final List<SimElement> elements = new ArrayList<>(); // a body names its element by its place here
    final Map<Frame, Integer> sent = new IdentityHashMap<>(); // in which order; those of cheaters are not in it
    final Limits limits = new Limits();
    long now;
    long horizon = 600 * SECOND;

    @Nullable Member touched;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Audit audit = new Audit(this);
    private final long begun; // what the clock showed then
    private long counter;

    /** What fits into a frame. */
    static final class Limits {
        int entries = 64;
        int bytes = 1 << 16;
        int ranges = 1024;
        boolean batched = true;
    }

    World(long seed, boolean tracing) {
        this.random = dice(seed);
        this.tracing = tracing;
        this.begun = CLOCKS[(int) Math.floorMod(seed, (long) CLOCKS.length)];
    }

    /** Neighbouring seeds of a {@link Random} begin alike: these do not. */
    static Random dice(long seed) {
        return new Random(seed * 0x9e3779b97f4a7c15L);
    }

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    // ---- time and chance

    /** The clock of all members. Only its differences mean anything. */
    long clock() {
        return begun + now;
    }

    void after(long pause, Runnable action) {
        events.add(new Event(now + Math.max(0, pause), counter++, action));
    }

    /** Seconds. */
    long between(double least, double most) {
        return (long) ((least + random.nextDouble() * (most - least)) * SECOND);
    }

    /** Strict, so that a seed means the same world on every machine. */
    long exponential(long mean) {
        return (long) (-StrictMath.log(1 - random.nextDouble()) * mean);
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    void trace(String what) {
        if (tracing) {
            System.out.printf("%10.3f %s%n", now / (double) SECOND, what);
        }
    }

    // ---- what happens

    void deliver(String from, String to, Frame frame) {
        Member member = members.get(to);
        if (member != null && member.alive) {
            touched = member;
            member.receive(from, frame);
        }
    }

    /** Runs until all streams of living producers are over; then until all is silent. */
    void run() {
        after(SECOND, audit::eachSecond);
        while (!isFinished()) {
            if (now > horizon) {
                throw new Broken("I8 not all has ended:", audit.unfinished());
            }
            step();
        }
        // Credit of the dead, and of the last lost frames, comes back within two leases of the last frame that lay
        // about.
        long end = Math.max(now, network.healsAt) + 4 * Timing.LEASE + (network.late > 0 ? 30 * SECOND : 0);
        while (now < end) {
            step();
        }
        if (now - network.lastSent <= Timing.LEASE) {
            throw new Broken("SILENCE a frame was sent at", network.lastSent / MILLI, "ms, when all had ended");
        }
        members.values().stream().filter(member -> member.alive).forEach(Member::checkEmpty);
    }

    private boolean isFinished() {
        for (SimProducer producer : producers) {
            if (producer.alive && !producer.isOver()) {
                return false;
            }
        }
        return true;
    }

    private void step() {
        Event event = events.remove();
        if (counter > MOST_EVENTS) {
            throw new Broken("I8 a storm: more than", MOST_EVENTS, "events");
        }
        now = event.at;
        touched = null;
        event.action.run();
        if (touched != null) {
            touched.check();
        }
    }
}
