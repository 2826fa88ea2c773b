package io.broccoli.internal.credit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A stream: a source that may be lazy, a window of W, and a subscriber that asks in bursts, stalls and leaves. */
final class SimStream {

    static final int ENDLESS = -1;

    final World world;
    final SimProducer producer;
    private final String name;
    private int count = 40;
    private int window = 8;
    private boolean ordered;
    private long pace = 200 * World.MILLI;
    private int burst = 8;
    int weight = 1;
    private double failing;
    boolean atMostOnce;
    boolean hedged;
    private final Map<Integer, Long> lazy = new HashMap<>(); // pauses of the source before an element
    private long starts;
    private long stallFrom;
    private long stallTo;
    private int leavesAfter = Integer.MAX_VALUE;
    long endsBy = Long.MAX_VALUE;

    private final TreeMap<Integer, SimElement> elements = new TreeMap<>(); // that hold a slot of the window
    private final List<SimElement> ended = new ArrayList<>(); // and not emitted yet
    private final Set<Integer> seen = new HashSet<>();
    private int pulled;
    private int requested; // from the source, and not arrived
    private int asked;
    private int emitted;
    private boolean started;
    private boolean cancelled;

    SimStream(SimProducer producer, String name) {
        this.world = producer.world;
        this.producer = producer;
        this.name = name;
        producer.streams.add(this);
        producer.timer(10 * World.MILLI, this::start);
    }

    // ---- options

    SimStream count(int value) {
        count = value;
        return this;
    }

    SimStream window(int value) {
        window = value;
        return this;
    }

    SimStream ordered() {
        ordered = true;
        return this;
    }

    SimStream burst(int value) {
        burst = value;
        return this;
    }

    SimStream weight(int value) {
        weight = value;
        return this;
    }

    SimStream failing(double share) {
        failing = share;
        return this;
    }

    SimStream atMostOnce() {
        atMostOnce = true;
        return this;
    }

    SimStream hedged() {
        hedged = true;
        return this;
    }

    SimStream lazy(int element, double seconds) {
        lazy.put(element, (long) (seconds * World.SECOND));
        return this;
    }

    SimStream starts(double seconds) {
        starts = (long) (seconds * World.SECOND);
        return this;
    }

    SimStream stalls(double from, double to) {
        stallFrom = (long) (from * World.SECOND);
        stallTo = (long) (to * World.SECOND);
        return this;
    }

    SimStream endsBy(double seconds) {
        endsBy = (long) (seconds * World.SECOND);
        return this;
    }

    SimStream cancelledAt(long at) {
        producer.timer(at, this::cancel);
        return this;
    }

    /** The subscriber leaves in the middle of an emission. */
    SimStream leavesAfter(int elementsEmitted) {
        leavesAfter = elementsEmitted;
        return this;
    }

    // ---- life

    private void start() {
        if (starts > 0) {
            producer.timer(starts, this::begin);
        } else {
            begin();
        }
    }

    private void begin() {
        started = true;
        subscriber();
        producer.pump();
    }

    private void subscriber() {
        if (isOver()) {
            return;
        }
        if (world.now < stallFrom || world.now >= stallTo) {
            asked += world.random.nextInt(burst + 1);
            emit();
            producer.pump();
        }
        producer.timer(pace, this::subscriber);
    }

    boolean isOver() {
        return cancelled || emitted == count;
    }

    boolean isCancelled() {
        return cancelled;
    }

    boolean isHungry() {
        return started && !cancelled && (count == ENDLESS || pulled + requested < count);
    }

    void cancel() {
        if (isOver()) {
            return;
        }
        world.trace(this + " CANCELLED");
        cancelled = true;
        producer.forget(this);
        List.copyOf(elements.values()).forEach(SimElement::drop);
        elements.clear();
        ended.clear();
        producer.pump();
    }

    /** How often an element fails: a matter of its number, not of chance in this world. */
    int failsOf(int index) {
        if (failing <= 0) {
            return 0;
        }
        Random dice = World.dice(name.hashCode() * 31L + index);
        return dice.nextDouble() < failing ? List.of(1, 1, 2, 9).get(dice.nextInt(4)) : 0;
    }

    // ---- upstream

    int room() {
        return window - elements.size();
    }

    int requested() {
        return requested;
    }

    void request(int n) {
        int left = count == ENDLESS ? n : Math.min(n, count - pulled - requested);
        for (int i = 0; i < left; i++) {
            requested++;
            long pause = lazy.getOrDefault(pulled + requested, 0L);
            producer.timer(pause + (long) (world.random.nextDouble() * 10 * World.MILLI), this::arrive);
        }
    }

    private void arrive() {
        if (cancelled) {
            return;
        }
        requested--;
        pulled++;
        SimElement element = new SimElement(this, pulled);
        elements.put(pulled, element);
        element.await();
        producer.pump();
    }

    Iterable<SimElement> taken() {
        return elements.values();
    }

    // ---- downstream

    void ended(SimElement element) {
        ended.add(element);
        emit();
    }

    private void emit() {
        while (emitted < asked && !ended.isEmpty() && !cancelled) {
            SimElement element = ordered ? Collections.min(ended) : ended.get(0);
            if (ordered && element.index != emitted + 1) {
                return;
            }
            ended.remove(element);
            if (!seen.add(element.index)) {
                throw new Broken("I4 emitted twice:", element);
            }
            if (element.end == SimElement.End.FAILED && !element.failedForGood()) {
                throw new Broken("I4 failed without need:", element);
            }
            elements.remove(element.index);
            emitted++;
            if (emitted == leavesAfter) {
                cancel();
            }
        }
    }

    void check() {
        if (elements.size() > window) {
            throw new Broken("I3 more than W taken:", elements.size(), "by", this);
        }
        if (!cancelled && requested + elements.size() > window) {
            throw new Broken("I10", requested, "asked of the source and", elements.size(), "taken by", this);
        }
        if (emitted > asked) {
            throw new Broken("I10 emitted more than asked for:", this);
        }
    }

    void checkEmpty() {
        if (!elements.isEmpty()) {
            throw new Broken("EMPTY", elements.size(), "elements left in", this);
        }
    }

    @Override
    public String toString() {
        return producer.name + "/" + name;
    }

    String progress() {
        return this + " emitted " + emitted + " of " + count + ", "
                + elements.values().stream()
                        .limit(4)
                        .map(element -> element.index + " " + element.state)
                        .toList();
    }
}
