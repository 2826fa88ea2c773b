package io.broccoli.window;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Windows over event time: samples go in, results come out. Pure and not thread-safe; it calls nothing but the functions
 * of the fold and {@code equals} and {@code hashCode} of sources and keys.
 *
 * <p>A window fires when the {@linkplain Watermark watermark} reaches its end. A sample that comes later, but before the
 * watermark reaches end + lateness, fires it again at once with all its samples. Then the window is gone. A sample whose
 * windows are all gone is late: {@link #sample} returns false and keeps nothing of it. At the end of the stream all open
 * windows fire.
 *
 * <p>After each call, take the results with {@link #next} until it returns null; the next call throws an
 * {@code IllegalStateException} otherwise. Results come in the order of firing; those that one call fires come in the
 * order of their end, start and first sample.
 *
 * <p>A sample is kept once, however many windows it belongs to, and a key without an open window takes no memory.
 *
 * @param <K> the type of keys; null is a key
 * @param <V> the type of samples' values
 * @param <R> what is in a result
 */
public final class WindowTable<K extends @Nullable Object, V extends @Nullable Object, R extends @Nullable Object>
        extends Table<Object, WindowResult<K, R>> {

    private final Watermark mark;
    private final OpenWindows<K, V, R> open;
    private long order;
    private boolean drained = true;
    private long late;
    private long early;

    private WindowTable(Window.Events window, Watermark mark, Duration lateness, Content<V, R> content) {
        this.mark = mark;
        long millis = Millis.notNegative("the lateness", lateness);
        if (window instanceof Window.Periodic periodic) {
            open = new PeriodicWindows<>(periodic, mark, millis, content);
        } else {
            open = new SessionWindows<>((Window.Session) window, mark, millis, content);
        }
    }

    /**
     * Windows whose results are lists of values in the order of arrival.
     *
     * @param disorder how far a sample may be behind the newest one of its source; not negative
     * @param lateness how long behind its end a window takes samples and fires again; not negative
     */
    public static <K extends @Nullable Object, V extends @Nullable Object> WindowTable<K, V, List<V>> collecting(
            Window.Events window, Duration disorder, Duration lateness) {
        boolean onePane = window instanceof Window.Periodic it
                && it.slide().toMillis() == it.size().toMillis();
        return new WindowTable<>(window, new Watermark(disorder), lateness, new Content.Lists<>(!onePane));
    }

    /** Windows that keep an accumulator instead of samples: one for each key and pane. See {@link #collecting}. */
    public static <
                    K extends @Nullable Object,
                    V extends @Nullable Object,
                    A extends @Nullable Object,
                    R extends @Nullable Object>
            WindowTable<K, V, R> folding(
                    Window.Events window, Duration disorder, Duration lateness, Fold<? super V, A, ? extends R> fold) {
        return new WindowTable<>(window, new Watermark(disorder), lateness, new Content.Folded<V, A, R>(fold));
    }

    static <K extends @Nullable Object, V extends @Nullable Object, R extends @Nullable Object> WindowTable<K, V, R> of(
            Window.Events window, Duration disorder, Duration lateness, Content<V, R> content) {
        return new WindowTable<>(window, new Watermark(disorder), lateness, content);
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
        rose(mark.ended(source));
    }

    /** A source was asked and gave nothing for the idle time. */
    @Override
    public void idle(Object source) {
        begin();
        rose(mark.idle(source));
    }

    /**
     * A sample came.
     *
     * @param time its event time in milliseconds since 1970
     * @return false if it is late
     */
    public boolean sample(Object source, long time, K key, V value) {
        begin();
        boolean taken = open.add(key, time, value, order++);
        if (!taken) {
            late++;
        }
        drained = !taken; // it may have fired its windows again
        rose(mark.sample(source, time));
        return taken;
    }

    /** A source says how far its event time has come, without a sample: as a sample would do that joins no window. */
    @Override
    public void moved(Object source, long time) {
        begin();
        rose(mark.sample(source, time));
    }

    /** The end of the stream: all open windows fire. Nothing may come afterwards. */
    @Override
    public void end() {
        begin();
        open.ended = true;
        rose(true);
    }

    /** The next result; null if there is none before the next call. */
    @Override
    public @Nullable WindowResult<K, R> next() {
        WindowResult<K, R> result = open.next();
        if (result == null) {
            drained = true;
        } else if (result.early()) {
            early++;
        }
        return result;
    }

    /**
     * Makes room: forgets the oldest window, if it has fired and is kept for its lateness only; its samples are late from
     * now on. Else fires the oldest open window early. One of a key where windows do not overlap; for sliding windows
     * those of all keys. May have to be called repeatedly to make room.
     */
    public void closeOldest() {
        begin();
        open.closeOldest();
        drained = false;
    }

    private void begin() {
        if (!drained) {
            throw new IllegalStateException("results wait: take them with next() until it returns null");
        }
        if (open.ended) {
            throw new IllegalStateException("the stream of these windows has ended");
        }
    }

    private void rose(boolean did) {
        if (did) {
            open.rose();
            drained = false;
        }
    }

    /** The watermark. Only this table may change it. */
    @Override
    public Watermark watermark() {
        return mark;
    }

    /** The number of samples that are kept; with a fold, of accumulators. */
    @Override
    public int held() {
        return open.held;
    }

    /** The number of windows that are not gone, over all keys. */
    public int windows() {
        return open.windows;
    }

    /** The number of keys that have a window that is not gone. */
    public int keys() {
        return open.keys();
    }

    /** The number of samples that were late. */
    public long late() {
        return late;
    }

    /** The number of results that came early. */
    public long early() {
        return early;
    }

    /** Tells of each value that is held, in no order; of none where they are folded. Nulls are left out. */
    @Override
    void forEachHeld(Consumer<Object> hook) {
        open.forEachHeld(hook);
    }

    @Override
    void makeRoom() {
        closeOldest();
    }

    @Override
    long givenUp() {
        return early();
    }

    @Override
    int openNow() {
        return windows();
    }
}
