package io.broccoli.window;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The windows of a table that are not gone, and what is in them. */
abstract class OpenWindows<K extends @Nullable Object, V extends @Nullable Object, R extends @Nullable Object> {

    final Watermark mark;
    final long lateness;
    final Content<V, R> content;

    /** Samples that are kept; with a fold, accumulators. */
    int held;

    /** Windows that are not gone, over all keys. */
    int windows;

    /** No window fires any more but those that are open. */
    boolean ended;

    // Windows that end up to there were closed for want of room: they take no more samples.
    private boolean closedAny;
    private long closed;

    OpenWindows(Watermark mark, long lateness, Content<V, R> content) {
        this.mark = mark;
        this.lateness = lateness;
        this.content = content;
    }

    /** @return false if the sample is late: all its windows are gone */
    abstract boolean add(K key, long time, V value, long order);

    /** The watermark rose, or the stream ended. */
    abstract void rose();

    /** The next window that fires; null if there is none. Then those that are gone are forgotten. */
    abstract @Nullable WindowResult<K, R> next();

    /** Fires the window that ends first, early, or forgets it if it fired. Nothing if none is open. */
    abstract void closeOldest();

    abstract void forEachHeld(Consumer<Object> hook);

    /** The number of keys that have an open window. */
    abstract int keys();

    final boolean isGone(long last) {
        return mark.isPast(last, lateness) || closedAny && last <= closed;
    }

    final boolean fires(long last) {
        return ended || mark.isPast(last);
    }

    final void closedUpTo(long last) {
        closed = closedAny ? Math.max(closed, last) : last;
        closedAny = true;
    }

    final WindowResult<K, R> result(
            K key, Span span, int revision, List<? extends Content.Holder> parts, boolean early) {
        return new WindowResult<>(
                key,
                Instant.ofEpochMilli(span.first),
                Instant.ofEpochMilli(Millis.plus(span.last, 1)),
                revision,
                content.result(parts),
                early);
    }
}
