package io.broccoli.window;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Samples of one key and side in the order of their times, equal ones in the order of arrival. */
final class Timeline {

    private long[] times = new long[4];
    private long[] numbers = new long[4]; // in the order of arrival
    private @Nullable Object[] values = new Object[4];
    private int head;
    private int size;

    int size() {
        return size;
    }

    long time(int index) {
        return times[head + index];
    }

    long number(int index) {
        return numbers[head + index];
    }

    @Nullable Object value(int index) {
        return values[head + index];
    }

    /** The first index whose time is at or behind this one. */
    int from(long time) {
        if (size > 0 && times[head + size - 1] < time) { // as most often
            return size;
        }
        int low = head;
        int high = head + size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - head;
    }

    /** The first index whose time is behind this one. */
    int behind(long time) {
        return time == Long.MAX_VALUE ? size : from(time + 1);
    }

    void add(long time, long number, @Nullable Object value) {
        if (head + size == times.length) {
            int length = size > times.length / 2 ? 2 * times.length : times.length;
            times = Arrays.copyOfRange(times, head, head + length);
            numbers = Arrays.copyOfRange(numbers, head, head + length);
            values = Arrays.copyOfRange(values, head, head + length);
            head = 0;
        }
        int index = behind(time);
        int at = head + index;
        System.arraycopy(times, at, times, at + 1, size - index);
        System.arraycopy(numbers, at, numbers, at + 1, size - index);
        System.arraycopy(values, at, values, at + 1, size - index);
        times[at] = time;
        numbers[at] = number;
        values[at] = value;
        size++;
    }

    void removeFirst() {
        values[head] = null;
        head = size == 1 ? 0 : head + 1;
        size--;
    }

    void forEach(Consumer<Object> hook) {
        for (int i = head; i < head + size; i++) {
            Object value = values[i];
            if (value != null) {
                hook.accept(value);
            }
        }
    }
}
