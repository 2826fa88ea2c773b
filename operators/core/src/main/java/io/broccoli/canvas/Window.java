package io.broccoli.canvas;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Tumbling windows: a stream is cut into consecutive windows, with each element in exactly one. A window is closed by
 * its count or by its time, whichever is first. There are no empty windows.
 *
 * <p>The time is that of arrival: it starts with the first element of a window, on {@code Schedulers.parallel()}. A
 * time window requests up to four times its count from the source in advance and queues those elements, as
 * {@code bufferTimeout} with fair backpressure does. So set a count if the source is fast. No element is lost. If the
 * downstream is slow, windows grow up to the count instead of piling up.
 *
 * @param count most elements in a window; 1 to {@value #LARGEST}
 * @param time closes a window that is not full; null: only the count closes it
 */
public record Window(int count, @Nullable Duration time) {

    /** The largest {@link #count}. */
    public static final int LARGEST = 65_536;

    public Window {
        if (count < 1 || count > LARGEST) {
            throw new IllegalArgumentException("a window has 1 to " + LARGEST + " elements, not " + count);
        }
        if (time != null && (time.isNegative() || time.isZero())) {
            throw new IllegalArgumentException("a window's time is positive, not " + time);
        }
    }

    /** Windows of {@code count} elements. The last window of a source that completes may have fewer. */
    public static Window tumbling(int count) {
        return new Window(count, null);
    }

    /** Windows of this time. A window with {@value #LARGEST} elements is closed earlier. */
    public static Window tumbling(Duration time) {
        return new Window(LARGEST, time);
    }

    /**
     * Windows of this time. A window with {@code count} elements is closed earlier, which bounds the queue of a fast
     * source.
     */
    public static Window tumbling(Duration time, int count) {
        return new Window(count, time);
    }

    /** The windows of a stream. Requests only the elements that fill them, except for time windows; see above. */
    <T> Flux<List<T>> cut(Flux<T> source) {
        return time == null ? source.buffer(count) : source.bufferTimeout(count, time, true);
    }
}
