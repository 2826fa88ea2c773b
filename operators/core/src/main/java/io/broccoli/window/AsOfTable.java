package io.broccoli.window;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An as-of join over event time: each a with the latest b of its key that is not newer than a, and not older than an age.
 * Among equally old ones, the b that arrived last. Pure and not thread-safe.
 *
 * <p>An a waits until the watermark is above its time: then no b can come that fits better. Results come in the order of
 * the times of a, equal ones in the order of arrival. An a that finds none comes with null. A sample behind the watermark
 * is late.
 *
 * @param <K> the type of keys; null is a key
 * @param <A> the type of the values of side a
 * @param <B> the type of the values of side b
 */
public final class AsOfTable<K extends @Nullable Object, A extends @Nullable Object, B extends @Nullable Object>
        extends Table<Object, Pair<K, A, @Nullable B>> {

    private final Watermark mark;
    private final long age;
    private final PriorityQueue<Waiting<K, A>> waiting = new PriorityQueue<>(Waiting.RANK);
    private final KeptSide<K> b = new KeptSide<>();
    private long order;
    private long late;
    private long forgotten;
    private int forced; // these many go without waiting for the watermark
    private boolean ended;

    private record Waiting<K extends @Nullable Object, A extends @Nullable Object>(
            long time, long order, K key, A value) {
        static final Comparator<Waiting<?, ?>> RANK =
                Comparator.<Waiting<?, ?>>comparingLong(Waiting::time).thenComparingLong(Waiting::order);
    }

    /**
     * @param age the most that b may be older than a; not negative
     * @param disorder how far a sample may be behind the newest one of its source; not negative
     */
    public AsOfTable(Duration age, Duration disorder) {
        this.age = Millis.notNegative("the age of an as-of join", age);
        this.mark = new Watermark(disorder);
    }

    /** A source is known and has given nothing yet: it holds the watermark. */
    @Override
    public void joined(Object source) {
        begin();
        mark.joined(source);
    }

    /** A source gives nothing more. */
    @Override
    public void ended(Object source) {
        begin();
        mark.ended(source);
    }

    /** A source was asked and gave nothing for the idle time. */
    @Override
    public void idle(Object source) {
        begin();
        mark.idle(source);
    }

    /**
     * A sample of side a came. Take results with {@link #next}.
     *
     * @param time its event time in milliseconds since 1970
     * @return false if it is late
     */
    public boolean a(Object source, long time, K key, A value) {
        begin();
        boolean taken = !mark.isPast(time);
        if (taken) {
            waiting.add(new Waiting<>(time, order++, key, value));
        } else {
            late++;
        }
        mark.sample(source, time);
        return taken;
    }

    /** A sample of side b came. See {@link #a}. */
    public boolean b(Object source, long time, K key, B value) {
        begin();
        boolean taken = !mark.isPast(time);
        if (taken) {
            b.add(key, time, order++, value);
            b.forgetOutdone(key, mark);
        } else {
            late++;
        }
        mark.sample(source, time);
        return taken;
    }

    /** The end of the stream: all that wait are given. Nothing may come afterwards. */
    @Override
    public void end() {
        begin();
        ended = true;
    }

    private void begin() {
        if (ended) {
            throw new IllegalStateException("the streams of this join have ended");
        }
        if (isDue(waiting.peek())) {
            throw new IllegalStateException("results wait: take them with next() until it returns null");
        }
    }

    private boolean isDue(@Nullable Waiting<K, A> head) {
        return head != null && (ended || forced > 0 || mark.isPast(head.time()));
    }

    /** The next result; null if there is none before the next call. */
    @SuppressWarnings({"unchecked", "NullAway"}) // only values of b are kept there
    @Override
    public @Nullable Pair<K, A, @Nullable B> next() {
        Waiting<K, A> head = waiting.peek();
        if (head == null || !isDue(head)) {
            b.forget(mark, age);
            return null;
        }
        waiting.remove();
        forced = Math.max(0, forced - 1);
        Timeline kept = b.of(head.key());
        int newest = kept == null ? -1 : kept.behind(head.time()) - 1;
        B found = kept != null && newest >= 0 && Millis.compareSum(kept.time(newest), age, head.time()) >= 0
                ? (B) kept.value(newest)
                : null;
        return new Pair<>(head.key(), head.value(), found);
    }

    /**
     * Makes room: the oldest a that waits is given with what is there; if none waits, the oldest b is forgotten.
     * {@link #forgotten} counts both.
     */
    public void forgetOldest() {
        begin();
        if (!waiting.isEmpty()) {
            forced = 1;
            forgotten++;
        } else if (b.size() > 0) {
            b.forgetOldest();
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
        return waiting.size() + b.size();
    }

    /** The number of keys of which a b is kept. */
    public int keys() {
        return b.keys();
    }

    /** The number of samples that were late. */
    public long late() {
        return late;
    }

    /** The number of samples that were given or forgotten before their time. */
    public long forgotten() {
        return forgotten;
    }

    /** Tells of each value that is held, in no order; of none where they are folded. Nulls are left out. */
    @Override
    void forEachHeld(Consumer<Object> hook) {
        waiting.forEach(it -> {
            if (it.value() != null) {
                hook.accept(it.value());
            }
        });
        b.forEach(hook);
    }

    /** A source says how far its event time has come, without a sample. */
    @Override
    public void moved(Object source, long time) {
        begin();
        mark.sample(source, time);
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
        return keys();
    }
}
