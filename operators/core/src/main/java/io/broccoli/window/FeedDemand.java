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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * A demand for each node of one or two feeds, steered by event time. Nodes that hold the watermark are asked first, up to
 * an item window each; those that are far before it are asked while there is ample room, and those further ahead are not.
 * Samples that were asked for count into the bound, as credit cannot be taken back; no more than half the bound is ever
 * asked for, so that closing windows always makes room for the node that holds the watermark.
 */
final class FeedDemand implements Demand {

    /**
     * How the nodes of a feed are asked. Times are in milliseconds before the watermark.
     *
     * @param window most samples that are asked for and not there, of one node
     * @param near up to which a node is asked as if it held the watermark
     * @param ahead up to which a node is asked while less than half of the bound is taken: the rest is for those that are
     *     near. Beyond it none is asked
     */
    record Pace(int window, long near, long ahead) {

        /** Whether nodes are asked for more than is needed now, as their samples would be lost otherwise. */
        boolean hasSpare() {
            return ahead > near;
        }
    }

    private final long bound;
    private final Consumer<StageSignals.Note> notes;
    private final Map<Object, Part> parts = new HashMap<>();
    private final Set<Part> wanting = new LinkedHashSet<>(); // may be asked for more, as far as there is room
    private final List<OfFeed> feeds = new ArrayList<>(2);
    private long promised;

    /** A node, as the stage asks it. */
    private static final class Part {
        final Object source;
        final OfFeed of;

        FeedPacer.@Nullable Credit credit; // null while it cannot be asked

        long promised;
        long arrived;
        boolean paused; // among those that are too far ahead
        long newest; // then
        boolean waited; // at the last turn, it was known to wait for its source
        boolean waits; // likewise, at this one

        Part(Object source, OfFeed of) {
            this.source = source;
            this.of = of;
        }
    }

    /** @param notes takes what happens on a member's thread */
    FeedDemand(int most, Consumer<StageSignals.Note> notes) {
        this.bound = most;
        this.notes = notes;
    }

    // ---- nodes, on the member's thread

    /**
     * Asks the nodes of one feed.
     *
     * @param sources the source that a node is, as the machine knows it
     */
    FeedPacer pacer(Pace pace, Function<String, Object> sources) {
        OfFeed feed = new OfFeed(pace, sources);
        feeds.add(feed);
        return feed;
    }

    private final class OfFeed implements FeedPacer {
        final Pace pace;
        final PriorityQueue<Part> paused = new PriorityQueue<>(Comparator.comparingLong(it -> it.newest));
        private final Function<String, Object> sources;

        OfFeed(Pace pace, Function<String, Object> sources) {
            this.pace = pace;
            this.sources = sources;
        }

        @Override
        public void started(String node, Credit credit) {
            Object source = sources.apply(node);
            notes.accept((machine, demand) -> {
                Part part = parts.computeIfAbsent(source, name -> new Part(name, this));
                lapse(part);
                part.credit = credit;
                machine.joined(source);
                wanting.add(part);
            });
        }

        @Override
        public void stopped(String node) {
            Object source = sources.apply(node);
            notes.accept((machine, demand) -> {
                Part part = parts.get(source);
                if (part != null) {
                    lapse(part);
                }
            });
        }

        @Override
        public void left(String node) {
            Object source = sources.apply(node);
            notes.accept((machine, demand) -> {
                Part part = parts.remove(source);
                if (part != null) {
                    lapse(part);
                    wanting.remove(part);
                    paused.remove(part);
                }
                machine.ended(source);
            });
        }
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
        if (2 * part.promised <= share(part)) {
            wanting.add(part);
        }
    }

    /** Most samples that one node may be asked for: those of all nodes take no more than half the bound. */
    private long share(Part part) {
        return Math.max(1, Math.min(part.of.pace.window, most() / (2L * Math.max(1, parts.size()))));
    }

    private long most() {
        return Math.max(bound, 2L * parts.size());
    }

    @Override
    public void ask(Machine<?, ?> machine) {
        Watermark at = machine.watermark();
        long room = most() - machine.held() - promised;
        long ample = room - most() / 2; // for those that are far ahead
        for (OfFeed feed : feeds) {
            resume(feed.paused, at, ample);
        }
        if (wanting.isEmpty() || room <= 0) {
            return;
        }
        List<Part> asked = new ArrayList<>(wanting);
        if (asked.size() > 1) {
            asked.sort(Comparator.comparingLong(it -> newest(it, at)));
        }
        for (Part part : asked) {
            FeedPacer.Credit credit = part.credit;
            if (credit == null) {
                wanting.remove(part); // until it starts again
                continue;
            }
            long free = free(part, at, room, ample);
            if (free <= 0) {
                wanting.remove(part);
                if (!part.paused) {
                    part.paused = true;
                    part.newest = newest(part, at);
                    part.of.paused.add(part);
                }
            } else {
                long more = Math.min(limit(part, at) - part.promised, free);
                if (more > 0) {
                    room -= more;
                    ample -= more;
                    ask(part, credit, more, at);
                }
                if (room <= 0) {
                    return; // the others stay for when there is room
                }
                wanting.remove(part);
            }
        }
    }

    /**
     * Parts that are not too far ahead any more may be asked again.
     *
     * @param ample how many samples those that are far ahead may be asked for
     */
    private void resume(PriorityQueue<Part> paused, Watermark at, long ample) {
        long left = ample;
        for (Part next = paused.peek(); next != null; next = paused.peek()) {
            long newest = newest(next, at);
            boolean moved = newest != next.newest; // what it had been asked for came while it was paused
            if (!moved && free(next, at, 1, left) <= 0) {
                return;
            }
            paused.remove();
            if (moved) {
                next.newest = newest;
                paused.add(next);
            } else {
                next.paused = false;
                wanting.add(next);
                left -= share(next);
            }
        }
    }

    private static long newest(Part part, Watermark at) {
        return at.newest(part.source).orElse(Long.MIN_VALUE);
    }

    private void ask(Part part, FeedPacer.Credit credit, long more, Watermark at) {
        part.promised += more;
        promised += more;
        part.waits = false;
        part.waited = false;
        at.asked(part.source);
        credit.ask(more);
    }

    /** While nobody knows the watermark: a little of each, if they can wait. */
    private long limit(Part part, Watermark at) {
        return gaveAWindow(part, at) && !part.of.pace.hasSpare() ? 1 : share(part);
    }

    /** Whether it gave a window of samples, and still nobody knows the watermark. */
    private static boolean gaveAWindow(Part part, Watermark at) {
        return at.at().isEmpty() && part.arrived > part.of.pace.window;
    }

    /**
     * For how many samples of a part there is room.
     *
     * @param room for those that are near
     * @param ample for those that are far ahead
     */
    private static long free(Part part, Watermark at, long room, long ample) {
        Pace pace = part.of.pace;
        if (pace.hasSpare() && gaveAWindow(part, at)) {
            return ample;
        }
        long ahead = at.ahead(part.source);
        if (ahead <= pace.near || at.isTooFarAhead(part.source)) {
            return room;
        }
        return ahead <= pace.ahead ? ample : 0;
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
            FeedPacer.Credit credit = part.credit;
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
