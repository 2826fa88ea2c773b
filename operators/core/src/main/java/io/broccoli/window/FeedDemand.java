package io.broccoli.window;

import io.broccoli.feed.FeedPacer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * A demand for each node of a feed, steered by event time. Nodes that hold the watermark are asked first, up to an item
 * window each; those that are more than {@code ahead} before it are not asked. Samples that were asked for count into the
 * bound, as credit cannot be taken back; no more than half the bound is ever asked for, so that closing windows always
 * makes room for the node that holds the watermark.
 */
final class FeedDemand implements Demand, FeedPacer {

    private final long bound;
    private final int window;
    private final long ahead;
    private final Consumer<StageSignals.Note> notes;
    private final Map<Object, Part> parts = new HashMap<>();
    private final Set<Part> wanting = new LinkedHashSet<>(); // may be asked for more, as far as there is room
    private final PriorityQueue<Part> paused = new PriorityQueue<>(Comparator.comparingLong(it -> it.newest));
    private long promised;

    /** A node, as the stage asks it. */
    private static final class Part {
        final String node;

        @Nullable Credit credit; // null while it cannot be asked

        long promised;
        long arrived;
        boolean paused; // among those that are too far ahead
        long newest; // then
        boolean waited; // at the last turn, it was known to wait for its source
        boolean waits; // likewise, at this one

        Part(String node) {
            this.node = node;
        }
    }

    /**
     * @param window most samples that are asked for and not there, of one node
     * @param ahead in milliseconds
     * @param notes takes what happens on the member's thread
     */
    FeedDemand(int most, int window, long ahead, Consumer<StageSignals.Note> notes) {
        this.bound = most;
        this.window = window;
        this.ahead = ahead;
        this.notes = notes;
    }

    // ---- nodes, on the member's thread

    @Override
    public void started(String node, Credit credit) {
        notes.accept((machine, demand) -> {
            Part part = parts.computeIfAbsent(node, name -> new Part(node));
            lapse(part);
            part.credit = credit;
            machine.joined(node);
            wanting.add(part);
        });
    }

    @Override
    public void stopped(String node) {
        notes.accept((machine, demand) -> {
            Part part = parts.get(node);
            if (part != null) {
                lapse(part);
            }
        });
    }

    @Override
    public void left(String node) {
        notes.accept((machine, demand) -> {
            Part part = parts.remove(node);
            if (part != null) {
                lapse(part);
                wanting.remove(part);
                paused.remove(part);
            }
            machine.ended(node);
        });
    }

    /** What it was asked for does not come any more. */
    private void lapse(Part part) {
        promised -= part.promised;
        part.promised = 0;
        part.credit = null;
        part.waits = false;
        part.waited = false;
    }

    // ---- as the stage has it

    @Override
    public void begins(Subscription upstream) {
        upstream.request(Long.MAX_VALUE); // nothing comes but what each node is asked for
    }

    @Override
    public void arrived(Object source) {
        Part part = parts.get(source);
        if (part == null) {
            return;
        }
        part.arrived++;
        if (part.promised > 0) {
            part.promised--;
            promised--;
        }
        if (2 * part.promised <= share()) {
            wanting.add(part);
        }
    }

    /** Most samples that one node may be asked for: those of all nodes take no more than half the bound. */
    private long share() {
        return Math.max(1, Math.min(window, most() / (2L * Math.max(1, parts.size()))));
    }

    private long most() {
        return Math.max(bound, 2L * parts.size());
    }

    @Override
    public void ask(Machine<?, ?> machine) {
        Watermark at = machine.watermark();
        resume(at);
        long room = most() - machine.held() - promised;
        if (wanting.isEmpty() || room <= 0) {
            return;
        }
        List<Part> asked = new ArrayList<>(wanting);
        if (asked.size() > 1) {
            asked.sort(Comparator.comparingLong(it -> newest(it, at)));
        }
        for (Part part : asked) {
            Credit credit = part.credit;
            if (credit == null) {
                wanting.remove(part); // until it starts again
            } else if (isTooFar(part, at)) {
                wanting.remove(part);
                if (!part.paused) {
                    part.paused = true;
                    part.newest = newest(part, at);
                    paused.add(part);
                }
            } else {
                long more = Math.min(limit(part, at) - part.promised, room);
                if (more > 0) {
                    room -= more;
                    ask(part, credit, more, at);
                }
                if (room <= 0) {
                    return; // the others stay for when there is room
                }
                wanting.remove(part);
            }
        }
    }

    /** Parts that are not too far ahead any more may be asked again. */
    private void resume(Watermark at) {
        for (Part next = paused.peek(); next != null; next = paused.peek()) {
            long newest = newest(next, at);
            boolean moved = newest != next.newest; // what it had been asked for came while it was paused
            if (!moved && isTooFar(next, at)) {
                return;
            }
            paused.remove();
            if (moved) {
                next.newest = newest;
                paused.add(next);
            } else {
                next.paused = false;
                wanting.add(next);
            }
        }
    }

    private static long newest(Part part, Watermark at) {
        return at.newest(part.node).orElse(Long.MIN_VALUE);
    }

    private void ask(Part part, Credit credit, long more, Watermark at) {
        part.promised += more;
        promised += more;
        part.waits = false;
        part.waited = false;
        at.asked(part.node);
        credit.ask(more);
    }

    /** While nobody knows the watermark: a little of each. */
    private long limit(Part part, Watermark at) {
        return at.at().isEmpty() && part.arrived > window ? 1 : share();
    }

    private boolean isTooFar(Part part, Watermark at) {
        return at.ahead(part.node) > ahead && !at.isTooFarAhead(part.node);
    }

    @Override
    public long promised() {
        return promised;
    }

    @Override
    public boolean isStuck(Machine<?, ?> machine) {
        if (machine.held() == 0 || machine.held() + promised < most()) {
            return false;
        }
        Object holder = machine.watermark().holder();
        if (holder == null) {
            return promised == 0;
        }
        Part part = parts.get(holder);
        return part != null && part.credit != null && part.promised == 0;
    }

    // ---- idle nodes

    /** Only time counts in which the node was known to wait, at its beginning and at its end. */
    @Override
    public boolean wasAsked(Object source) {
        Part part = parts.get(source);
        return part != null && part.promised > 0 && part.waited && part.waits;
    }

    @Override
    public void turn() {
        for (Part part : parts.values()) {
            part.waited = part.waits;
            part.waits = false;
            Credit credit = part.credit;
            if (credit != null && part.promised > 0) {
                long promisedThen = part.promised;
                credit.isWaiting(waits -> notes.accept((machine, demand) -> {
                    if (part.credit == credit && part.promised == promisedThen) {
                        part.waits = waits;
                    }
                }));
            }
        }
    }

    @Override
    public void heldUp() {
        parts.values().forEach(part -> {
            part.waits = false;
            part.waited = false;
        });
    }
}
