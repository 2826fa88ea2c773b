package io.broccoli.canvas;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * How a stream is cut into windows, one after the other, each element in exactly one. A window is closed by its count or by its
 * time, whichever is first; empty ones do not exist.
 *
 * <p>Time is counted from the window's first element, on {@code Schedulers.parallel()}. A window of time asks its source for up
 * to four times its count beforehand and keeps what comes in a queue of that size (that is how {@code bufferTimeout} with fair
 * back pressure works), so a count is worth giving where the source is fast; it loses nothing, and if what follows is slow its
 * windows grow to the count instead of waiting in line.
 *
 * @param count most elements in a window
 * @param time after which a window is closed that is not full; null: only the count closes it
 */
public record Window(int count, @Nullable Duration time) {

    /** Most elements that a window may have. */
    public static final int LARGEST = 65_536;

    public Window {
        if (count < 1 || count > LARGEST) {
            throw new IllegalArgumentException("a window has 1 to " + LARGEST + " elements, not " + count);
        }
        if (time != null && (time.isNegative() || time.isZero())) {
            throw new IllegalArgumentException("a window's time is positive, not " + time);
        }
    }

    /** Windows of this many elements; the last one of a source that ends may have fewer. */
    public static Window tumbling(int count) {
        return new Window(count, null);
    }

    /** Windows of this time; one that has {@value #LARGEST} elements is closed earlier. */
    public static Window tumbling(Duration time) {
        return new Window(LARGEST, time);
    }

    /** Windows of this time; one that has {@code count} elements is closed earlier. Bounds what waits before a fast source. */
    public static Window tumbling(Duration time, int count) {
        return new Window(count, time);
    }

    /** The windows of a stream. Asks for no more than what is needed to fill them, but see above for those of time. */
    <T> Flux<List<T>> cut(Flux<T> source) {
        return time == null ? source.buffer(count) : source.bufferTimeout(count, time, true);
    }
}
