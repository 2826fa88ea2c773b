package io.broccoli.window;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts several sources on one tick: at each multiple of a period, the value of each source. Either its last value, or
 * one between its neighbours. Pure and not thread-safe.
 *
 * <p>A value counts at a tick if it is not older than the age; to interpolate, both neighbours must be that near. Among
 * values of one time, the last that arrived counts. A tick at which no source has a value is left out. A tick comes when
 * the watermark is above it; to interpolate, when the watermark is above the next neighbour of each source, or above
 * tick + age. The last tick is not behind the newest sample. A sample behind the watermark is late.
 *
 * @param <S> the type of sources
 * @param <V> the type of values
 */
public final class AlignTable<S, V extends @Nullable Object> extends Table<S, Aligned<S, V>> {

    private final Watermark mark;
    private final long period;
    private final long age;
    private final @Nullable Interpolation<V> between;
    private final Map<S, Timeline> sources = new LinkedHashMap<>();
    private boolean started; // a tick was given, or left out
    private long tick; // the next one
    private boolean finished; // it would be out of range
    private boolean forced; // the next tick does not wait
    private boolean ended;
    private int held;
    private long late;
    private long forgotten;
    private long order;
    private long newest = Long.MIN_VALUE; // of the samples that were taken
    private boolean drained = true;

    private AlignTable(Duration period, Duration age, Duration disorder, @Nullable Interpolation<V> between) {
        this.period = Millis.positive("the period of ticks", period);
        this.age = Millis.notNegative("the age of a value", age);
        this.mark = new Watermark(disorder);
        this.between = between;
    }

    /**
     * The last value of each source.
     *
     * @param period from one tick to the next
     * @param age the most that a value may be older than the tick; not negative
     * @param disorder how far a sample may be behind the newest one of its source; not negative
     */
    public static <S, V extends @Nullable Object> AlignTable<S, V> last(
            Duration period, Duration age, Duration disorder) {
        return new AlignTable<>(period, age, disorder, null);
    }

    /** A value between the neighbours of the tick. See {@link #last}; the age holds for both neighbours. */
    public static <S, V extends @Nullable Object> AlignTable<S, V> between(
            Duration period, Duration age, Duration disorder, Interpolation<V> between) {
        return new AlignTable<>(period, age, disorder, between);
    }

    /** A source is known and has given nothing yet: it holds the watermark. */
    @Override
    public void joined(S source) {
        begin();
        mark.joined(source);
    }

    /** A source gives nothing more. Its last values count as long as they are not too old. */
    @Override
    public void ended(S source) {
        begin();
        mark.ended(source);
        drained = false;
    }

    /** A source was asked and gave nothing for the idle time. */
    @Override
    public void idle(S source) {
        begin();
        mark.idle(source);
        drained = false;
    }

    /**
     * A sample came. Take results with {@link #next}.
     *
     * @param time its event time in milliseconds since 1970
     * @return false if it is late
     */
    public boolean sample(S source, long time, V value) {
        begin();
        boolean taken = !mark.isPast(time);
        if (taken) {
            sources.computeIfAbsent(source, it -> new Timeline()).add(time, order++, value);
            held++;
            newest = Math.max(newest, time);
        } else {
            late++;
        }
        mark.sample(source, time);
        drained = false;
        return taken;
    }

    /** A source says how far its event time has come, without a sample. */
    @Override
    public void moved(S source, long time) {
        begin();
        mark.sample(source, time);
        drained = false;
    }

    /** The end of the stream: all ticks up to the newest sample are given. Nothing may come afterwards. */
    @Override
    public void end() {
        begin();
        ended = true;
        drained = false;
    }

    private void begin() {
        if (!drained) {
            throw new IllegalStateException("results wait: take them with next() until it returns null");
        }
        if (ended) {
            throw new IllegalStateException("the streams of this table have ended");
        }
    }

    /** The next tick; null if there is none before the next call. */
    @Override
    public @Nullable Aligned<S, V> next() {
        while (hasTick() && isDecided()) {
            Map<S, V> values = new LinkedHashMap<>();
            boolean[] near = {false};
            sources.forEach((source, samples) -> put(values, source, samples, near));
            Instant at = Instant.ofEpochMilli(tick);
            if (!values.isEmpty() || near[0]) {
                advance(tick, period);
            } else {
                skip();
            }
            if (!values.isEmpty()) {
                forced = false;
                return new Aligned<>(at, Collections.unmodifiableMap(values));
            }
        }
        forced = false;
        drained = true;
        return null;
    }

    /** Finds the next tick that may have values; false if it must wait. */
    private boolean hasTick() {
        if (finished || held == 0) {
            return false;
        }
        if (!started) {
            long oldest = Long.MAX_VALUE;
            for (Timeline samples : sources.values()) {
                oldest = Math.min(oldest, samples.time(0));
            }
            long since = Math.floorMod(oldest, period);
            long ahead = since == 0 ? 0 : period - since;
            tick = Millis.plus(oldest, ahead);
            if (Millis.compareSum(oldest, ahead, Long.MAX_VALUE) > 0) {
                return false; // an older one may come
            }
        }
        return tick <= newest && (ended || forced || mark.isPast(tick));
    }

    /** Whether no sample can come that changes the values at the tick; the watermark is above it. */
    private boolean isDecided() {
        if (between == null || ended || forced || mark.isPast(tick, age)) {
            return true;
        }
        for (Timeline samples : sources.values()) {
            int behind = samples.behind(tick);
            if (behind > 0 && isNear(samples.time(behind - 1)) && samples.time(behind - 1) != tick) {
                if (behind == samples.size() || !mark.isPast(samples.time(behind))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isNear(long before) {
        return Millis.compareSum(before, age, tick) >= 0;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only values were added
    private void put(Map<S, V> values, S source, Timeline samples, boolean[] near) {
        int behind = samples.behind(tick);
        if (behind == 0 || !isNear(samples.time(behind - 1))) {
            return;
        }
        near[0] = true;
        long before = samples.time(behind - 1);
        V value = (V) samples.value(behind - 1);
        if (between == null || before == tick) {
            values.put(source, value);
        } else if (behind < samples.size() && Millis.compareSum(tick, age, samples.time(behind)) >= 0) {
            long after = samples.time(behind);
            V next = (V) samples.value(samples.behind(after) - 1);
            values.put(source, between.between(value, next, (double) (tick - before) / (after - before)));
        }
    }

    /** No source has a value near the tick: goes on at the next sample behind it. */
    private void skip() {
        long next = Long.MAX_VALUE;
        boolean any = false;
        for (Timeline samples : sources.values()) {
            int behind = samples.behind(tick);
            if (behind < samples.size()) {
                next = Math.min(next, samples.time(behind));
                any = true;
            }
        }
        if (!any) {
            advance(tick, period); // all that is kept is too old
            return;
        }
        long since = Math.floorMod(next, period);
        advance(next, since == 0 ? 0 : period - since);
    }

    private void advance(long from, long by) {
        started = true;
        finished = Millis.compareSum(from, by, Long.MAX_VALUE) > 0;
        tick = Millis.plus(from, by);
        sources.values().removeIf(samples -> {
            int before = samples.size();
            while (samples.size() > 1 && samples.time(1) <= tick) {
                samples.removeFirst();
            }
            while (samples.size() > 0 && (finished || !isNear(samples.time(0)))) {
                samples.removeFirst();
            }
            held -= before - samples.size();
            return samples.size() == 0;
        });
    }

    /**
     * Makes room: the next tick is given with what is there; if there is none, the oldest sample is forgotten.
     * {@link #forgotten} counts both.
     */
    public void forgetOldest() {
        begin();
        forgotten++;
        forced = true;
        if (hasTick()) {
            drained = false;
            return;
        }
        forced = false;
        Timeline oldest = null;
        for (Timeline samples : sources.values()) {
            if (oldest == null || samples.time(0) < oldest.time(0)) {
                oldest = samples;
            }
        }
        if (oldest != null) {
            oldest.removeFirst();
            held--;
            Timeline emptied = oldest;
            sources.values().removeIf(samples -> samples == emptied && samples.size() == 0);
        }
    }

    /** The watermark. Only this table may change it. */
    @Override
    public Watermark watermark() {
        return mark;
    }

    /** The number of samples that are kept. */
    @Override
    public int held() {
        return held;
    }

    /** The number of samples that were late. */
    public long late() {
        return late;
    }

    /** The number of ticks that were given, or samples forgotten, before their time. */
    public long forgotten() {
        return forgotten;
    }

    /** Tells of each value that is held, in no order; of none where they are folded. Nulls are left out. */
    @Override
    void forEachHeld(Consumer<Object> hook) {
        sources.values().forEach(samples -> samples.forEach(hook));
    }

    @Override
    void makeRoom() {
        forgetOldest();
    }

    @Override
    long givenUp() {
        return forgotten();
    }

    @Override
    int openNow() {
        return 0;
    }
}
