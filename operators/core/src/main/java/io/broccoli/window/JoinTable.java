package io.broccoli.window;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An interval join over event time: each pair a, b of one key with {@code low <= time of b - time of a <= high}, once,
 * when the later of the two arrives. Pure and not thread-safe.
 *
 * <p>A sample that is behind the watermark is late and joins nothing. A sample is kept as long as one that is not late
 * could meet it.
 *
 * @param <K> the type of keys; null is a key
 * @param <A> the type of the values of side a
 * @param <B> the type of the values of side b
 */
public final class JoinTable<K extends @Nullable Object, A extends @Nullable Object, B extends @Nullable Object>
        extends Table<Object, Pair<K, A, B>> {

    private final Watermark mark;
    private final long low;
    private final long high;
    private final KeptSide<K> a = new KeptSide<>();
    private final KeptSide<K> b = new KeptSide<>();
    private long order;
    private long late;
    private long forgotten;

    // The pairs of the last sample, in the order of arrival of the partner.
    private final List<Pair<K, A, B>> pairs = new ArrayList<>();
    private int given;

    /**
     * @param low may be negative: then b may be older than a; at least -2<sup>60</sup> ms
     * @param high not below {@code low}; at most 2<sup>60</sup> ms
     * @param disorder how far a sample may be behind the newest one of its source; not negative
     */
    public JoinTable(Duration low, Duration high, Duration disorder) {
        this.low = Millis.of("the low bound of a join", low);
        this.high = Millis.of("the high bound of a join", high);
        if (this.low > this.high) {
            throw new IllegalArgumentException("the low bound of a join, " + low + ", is above the high one, " + high);
        }
        this.mark = new Watermark(disorder);
    }

    /** A source is known and has given nothing yet: it holds the watermark. */
    @Override
    public void joined(Object source) {
        mark.joined(source);
    }

    /** A source gives nothing more. */
    @Override
    public void ended(Object source) {
        mark.ended(source);
        forget();
    }

    /** A source was asked and gave nothing for the idle time. */
    @Override
    public void idle(Object source) {
        mark.idle(source);
        forget();
    }

    /**
     * A sample of side a came. Its pairs are given by {@link #next}.
     *
     * @param time its event time in milliseconds since 1970
     * @return false if it is late
     */
    public boolean a(Object source, long time, K key, A value) {
        begin();
        boolean taken = !mark.isPast(time);
        if (taken) {
            Timeline partners = b.of(key);
            if (partners != null) {
                int[] met = met(partners, time, low, high);
                for (int index : met) {
                    pairs.add(new Pair<>(key, value, JoinTable.<B>cast(partners.value(index))));
                }
            }
            a.add(key, time, order++, value);
        }
        return took(taken, source, time);
    }

    /** A sample of side b came. See {@link #a}. */
    public boolean b(Object source, long time, K key, B value) {
        begin();
        boolean taken = !mark.isPast(time);
        if (taken) {
            Timeline partners = a.of(key);
            if (partners != null) {
                int[] met = met(partners, time, -high, -low);
                for (int index : met) {
                    pairs.add(new Pair<>(key, JoinTable.<A>cast(partners.value(index)), value));
                }
            }
            b.add(key, time, order++, value);
        }
        return took(taken, source, time);
    }

    private boolean took(boolean taken, Object source, long time) {
        if (!taken) {
            late++;
        }
        mark.sample(source, time);
        forget();
        return taken;
    }

    /** The places of partners with {@code from <= their time - time <= to}, in the order of arrival. */
    private static int[] met(Timeline partners, long time, long from, long to) {
        // A bound beyond the range of times is cut to it; then no time, or each, is within.
        boolean none =
                Millis.compareSum(time, from, Long.MAX_VALUE) > 0 || Millis.compareSum(time, to, Long.MIN_VALUE) < 0;
        int first = none ? 0 : partners.from(Millis.plus(time, from));
        int behind = none ? 0 : partners.behind(Millis.plus(time, to));
        int[] met = new int[behind - first];
        boolean sorted = true;
        for (int i = 0; i < met.length; i++) {
            met[i] = first + i;
            sorted &= i == 0 || partners.number(first + i - 1) < partners.number(first + i);
        }
        return sorted
                ? met
                : Arrays.stream(met)
                        .boxed()
                        .sorted(Comparator.comparingLong(partners::number))
                        .mapToInt(Integer::intValue)
                        .toArray();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only values of that side are kept there
    private static <T extends @Nullable Object> T cast(@Nullable Object value) {
        return (T) value;
    }

    private void begin() {
        if (given < pairs.size()) {
            throw new IllegalStateException("pairs wait: take them with next() until it returns null");
        }
        pairs.clear();
        given = 0;
    }

    /** The next pair of the sample that came last; null if there is none. */
    @Override
    public @Nullable Pair<K, A, B> next() {
        return given < pairs.size() ? pairs.get(given++) : null;
    }

    private void forget() {
        // Also if it did not rise: a sample may be out of reach as it comes.
        a.forget(mark, high);
        b.forget(mark, -low);
    }

    /** Makes room: forgets the oldest sample, whose further pairs are lost; {@link #forgotten} counts it. */
    public void forgetOldest() {
        if (held() > 0) {
            Long oldestOfA = a.oldest();
            Long oldestOfB = b.oldest();
            boolean ofA = oldestOfB == null || oldestOfA != null && oldestOfA <= oldestOfB;
            (ofA ? a : b).forgetOldest();
            forgotten++;
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
        return a.size() + b.size();
    }

    /** The number of keys that have a sample, counted for each side. */
    public int keys() {
        return a.keys() + b.keys();
    }

    /** The number of samples that were late. */
    public long late() {
        return late;
    }

    /** The number of samples that were forgotten before their time. */
    public long forgotten() {
        return forgotten;
    }

    /** Tells of each value that is held, in no order; of none where they are folded. Nulls are left out. */
    @Override
    void forEachHeld(Consumer<Object> hook) {
        a.forEach(hook);
        b.forEach(hook);
    }

    /** A source says how far its event time has come, without a sample. */
    @Override
    public void moved(Object source, long time) {
        begin();
        mark.sample(source, time);
        forget();
    }

    /** All pairs were given as their later half came. */
    @Override
    void end() {}

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
        return keys();
    }
}
