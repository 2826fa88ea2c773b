package io.broccoli.window;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How far event time has come, over several sources. The watermark of a source is its greatest event time less the
 * disorder. The watermark of all is the least of its live sources; it never falls. Not thread-safe. Times are
 * milliseconds since 1970, any {@code long}.
 *
 * <p>A source is live from when it is known, by {@link #joined} or its first sample, until it {@link #ended}, and while
 * it is not idle. A live source that gave nothing yet holds the watermark where it is. If all known sources are idle,
 * the watermark rises to the greatest of them. A source that comes back behind the watermark holds it until the source
 * has caught up.
 *
 * <p>Each method takes at most logarithmic time in the number of sources. Sources are told apart by {@code equals}.
 */
public final class Watermark {

    private final long disorder;
    private final Map<Object, Source> sources = new HashMap<>();
    private final SourceHeap live = new SourceHeap(false); // the one that holds the watermark first
    private final SourceHeap known = new SourceHeap(true); // the newest first
    private @Nullable Source recent;
    private long maxBehind = -1; // beyond that a clock is wrong; below 0: none is
    private @Nullable Consumer<Object> onLiar;
    private @Nullable Source liar; // was told last
    private long turn;
    private boolean started;
    private long newest; // the watermark, plus the disorder: that cannot overflow

    /** @param disorder how far a sample may be behind the newest one of its source; not negative */
    public Watermark(Duration disorder) {
        this.disorder = Millis.notNegative("the disorder", disorder);
    }

    /** Makes a source known. Until its first sample it holds the watermark. Does not end that it is idle. */
    public void joined(Object source) {
        Source it = source(source);
        if (!it.known) {
            it.known = true;
            known.add(it);
            if (!it.idle) {
                live.add(it);
            }
        }
    }

    /**
     * The source gives no more. It does not hold the watermark, unless it gives a sample again.
     *
     * @return whether the watermark rose
     */
    public boolean ended(Object source) {
        Source it = sources.remove(source);
        if (it != null) {
            live.remove(it);
            known.remove(it);
            if (it == recent) {
                recent = null;
            }
        }
        return step();
    }

    /**
     * The source was asked and gave nothing for the idle time. It does not hold the watermark until its next sample.
     *
     * @return whether the watermark rose
     */
    public boolean idle(Object source) {
        Source it = source(source);
        if (!it.idle) {
            it.idle = true;
            live.remove(it);
        }
        return step();
    }

    /**
     * The source gave a sample.
     *
     * @return whether the watermark rose
     */
    public boolean sample(Object source, long time) {
        Source it = recent;
        if (it == null || !it.name.equals(source)) {
            it = source(source);
            recent = it;
        }
        it.heard = turn;
        boolean wakes = it.idle || !it.known;
        if (it.started && time <= it.newest && !wakes) {
            return false;
        }
        if (!it.started || time > it.newest) {
            it.started = true;
            it.newest = time;
        }
        if (wakes) {
            it.idle = false;
            if (!it.known) {
                it.known = true;
                known.add(it);
            }
            live.add(it);
        }
        known.moved(it);
        live.moved(it);
        return step();
    }

    /** From now on, a source that is further behind all others does not hold the watermark until it has caught up. */
    void distrust(long behind, Consumer<Object> liar) {
        maxBehind = behind;
        onLiar = liar;
    }

    /** The live source with the least time; the next one, if that is too far behind all others. */
    private @Nullable Source holding() {
        Source last = live.first();
        Consumer<Object> told = onLiar;
        if (told == null || last == null || !last.started) {
            return last;
        }
        Source next = live.second();
        if (next == null || Millis.compareSum(last.newest, maxBehind, next.newest) >= 0) {
            return last;
        }
        if (liar != last) {
            liar = last;
            told.accept(last.name);
        }
        return next;
    }

    /** The source that holds the watermark; null if none does. */
    @Nullable Object holder() {
        Source it = holding();
        return it == null ? null : it.name;
    }

    /** How far a source is ahead of the watermark; 0 if it gave nothing, or there is no watermark. */
    long ahead(Object source) {
        Source it = sources.get(source);
        return it == null || !it.started || !started
                ? 0
                : Math.max(0, Millis.plus(it.newest, -Math.max(newest, -Long.MAX_VALUE)));
    }

    /** Whether this source is further ahead of all others than a clock that is right can be. */
    boolean isTooFarAhead(Object source) {
        Source first = known.first();
        Source second = known.second();
        boolean far = maxBehind >= 0
                && first != null
                && first.name.equals(source)
                && first.started
                && second != null
                && second.started
                && Millis.compareSum(second.newest, maxBehind, first.newest) < 0;
        if (far && first != null && !first.told && onLiar != null) {
            first.told = true;
            onLiar.accept(first.name);
        }
        return far;
    }

    /** A source is asked for more: its silence counts anew. */
    void asked(Object source) {
        Source it = sources.get(source);
        if (it != null) {
            it.silent = 0;
        }
    }

    private Source source(Object name) {
        Source it = sources.get(name);
        if (it == null) {
            it = new Source(name);
            sources.put(name, it);
        }
        return it;
    }

    private boolean step() {
        Source holds = live.isEmpty() ? known.first() : holding();
        if (holds == null || !holds.started || started && holds.newest <= newest) {
            return false;
        }
        started = true;
        newest = holds.newest;
        return true;
    }

    /** The watermark: no sample with a smaller time is expected. Empty before each live source gave a sample. */
    public OptionalLong at() {
        return started ? OptionalLong.of(Millis.plus(newest, -disorder)) : OptionalLong.empty();
    }

    /** Whether the watermark has reached this time: then a window that ends at this time is complete. */
    public boolean reached(long time) {
        return started && Millis.compareSum(time, disorder, newest) <= 0;
    }

    /** Whether the watermark is above {@code time + after}. */
    boolean isPast(long time, long after) {
        return started && Millis.compareSum(time, after + disorder, newest) < 0;
    }

    /** Whether the watermark is above {@code time}. */
    boolean isPast(long time) {
        return isPast(time, 0);
    }

    /** The number of sources that are known, or said to be idle. */
    public int sources() {
        return sources.size();
    }

    /** The greatest time that a source gave; empty if it is not known or gave none. */
    public OptionalLong newest(Object source) {
        Source it = sources.get(source);
        return it != null && it.started ? OptionalLong.of(it.newest) : OptionalLong.empty();
    }

    /**
     * Finds sources that are live and gave nothing since the last call.
     *
     * @param elapsed since then, in any unit
     * @param idle how long a source may be silent, in the same unit
     * @param asked whether a source was asked all that time; it does not count else
     * @return those that were silent for the idle time; they are not idle yet
     */
    List<Object> silent(long elapsed, long idle, Predicate<Object> asked) {
        List<Object> silent = new ArrayList<>();
        for (Source it : sources.values()) {
            if (it.heard == turn || it.idle || !it.known) {
                it.silent = 0;
            } else if (asked.test(it.name)) {
                it.silent += elapsed;
                if (it.silent >= idle) {
                    silent.add(it.name);
                }
            }
        }
        turn++;
        return silent;
    }

    /** Whether the source was said to be idle and gave nothing since. */
    public boolean isIdle(Object source) {
        Source it = sources.get(source);
        return it != null && it.idle;
    }

    /** What is known of a source. */
    static final class Source {
        final Object name;
        boolean known;
        boolean idle;
        boolean started; // it gave a sample
        long newest;
        boolean told; // that its clock is far ahead
        long heard = -1; // in which turn of silent()
        long silent; // how long it was asked and gave nothing
        int inLive = SourceHeap.NOWHERE;
        int inKnown = SourceHeap.NOWHERE;

        Source(Object name) {
            this.name = name;
        }
    }
}
