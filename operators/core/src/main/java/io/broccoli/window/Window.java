package io.broccoli.window;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is cut into windows: by count and time of arrival ({@link Arrival}), or by event time ({@link Events}).
 * There are no empty windows.
 */
public sealed interface Window permits Window.Arrival, Window.Events {

    /** The largest {@link Arrival#count}. */
    int LARGEST = 65_536;

    /** The longest size, slide, gap, disorder or lateness: 2<sup>60</sup> ms. */
    Duration LONGEST = Duration.ofMillis(1L << 60);

    /** The most sliding windows that may cover one sample: size / slide. */
    int MOST_OVERLAPPING = 10_000;

    /**
     * Tumbling windows by arrival: each element is in exactly one. A window is closed by its count or by its time,
     * whichever is first.
     *
     * <p>The time starts with the first element of a window, on {@code Schedulers.parallel()}. A time window requests
     * up to four times its count from the source in advance and queues those elements, as {@code bufferTimeout} with
     * fair backpressure does. So set a count if the source is fast. No element is lost. If the downstream is slow,
     * windows grow up to the count instead of piling up.
     *
     * @param count most elements in a window; 1 to {@value #LARGEST}
     * @param time closes a window that is not full; null: only the count closes it
     */
    record Arrival(int count, @Nullable Duration time) implements Window {

        public Arrival {
            if (count < 1 || count > LARGEST) {
                throw new IllegalArgumentException("a window has 1 to " + LARGEST + " elements, not " + count);
            }
            if (time != null && (time.isNegative() || time.isZero())) {
                throw new IllegalArgumentException("a window's time is positive, not " + time);
            }
        }
    }

    /**
     * Windows by event time: the time that the element itself states. Intervals are half open, [start, end), in whole
     * milliseconds since 1970. See {@code WindowTable} for when a window fires.
     */
    sealed interface Events extends Window permits Periodic, Session {}

    /**
     * Windows of one size that start at each multiple of the slide, plus the offset. A sample belongs to each window
     * that covers its time; if the slide is larger than the size, some samples belong to none and are left out.
     *
     * @param size from 1 ms to {@link #LONGEST}
     * @param slide from one start to the next; equal to the size for tumbling windows; from 1 ms to {@link #LONGEST},
     *     and not below size / {@value #MOST_OVERLAPPING}
     * @param offset shifts all windows, for example to the midnight of a time zone; any, modulo the slide
     */
    record Periodic(Duration size, Duration slide, Duration offset) implements Events {

        public Periodic {
            long sizeMillis = Millis.positive("the size of a window", size);
            long slideMillis = Millis.positive("the slide of a window", slide);
            if (sizeMillis / slideMillis > MOST_OVERLAPPING) {
                throw new IllegalArgumentException("the slide of a window is at least size / " + MOST_OVERLAPPING
                        + ", not " + slide + " for windows of " + size);
            }
            Millis.of("the offset of a window", offset);
        }

        /** The same windows, shifted. */
        public Periodic withOffset(Duration value) {
            return new Periodic(size, slide, value);
        }
    }

    /**
     * For each key, samples that are nearer than the gap to each other are one window. It starts with its first sample
     * and ends one gap after its last.
     *
     * @param gap from 1 ms to {@link #LONGEST}
     */
    record Session(Duration gap) implements Events {

        public Session {
            Millis.positive("the gap of sessions", gap);
        }
    }

    /** Windows of {@code count} elements. The last window of a source that completes may have fewer. */
    static Arrival tumbling(int count) {
        return new Arrival(count, null);
    }

    /** Windows of this time, by arrival. A window with {@value #LARGEST} elements is closed earlier. */
    static Arrival tumbling(Duration time) {
        return new Arrival(LARGEST, time);
    }

    /**
     * Windows of this time, by arrival. A window with {@code count} elements is closed earlier, which bounds the queue
     * of a fast source.
     */
    static Arrival tumbling(Duration time, int count) {
        return new Arrival(count, time);
    }

    /** Windows of this size by event time, one behind the other. */
    static Periodic ofEvents(Duration size) {
        return new Periodic(size, size, Duration.ZERO);
    }

    /** Windows of this size by event time, of which one starts in each {@code slide}. */
    static Periodic sliding(Duration size, Duration slide) {
        return new Periodic(size, slide, Duration.ZERO);
    }

    /** Sessions by event time: windows that end when a key is silent for {@code gap}. */
    static Session session(Duration gap) {
        return new Session(gap);
    }
}
