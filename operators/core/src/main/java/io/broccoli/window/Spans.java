package io.broccoli.window;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Intervals in order of their last instants, then their first; cheap where they are added at the end and removed at the front. */
final class Spans<T extends Span> {

    private @Nullable Object[] items = new Object[2];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @SuppressWarnings("unchecked") // only a T is ever put there
    T get(int index) {
        Object item = items[head + index];
        if (item == null) {
            throw new IndexOutOfBoundsException("no interval " + index + " of " + size);
        }
        return (T) item;
    }

    /** The index of the first interval that is not before this one. */
    int index(long first, long last) {
        int low = 0;
        int high = size;
        if (size > 0 && isBefore(get(size - 1), first, last)) { // as most often
            return size;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBefore(get(middle), first, last)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static boolean isBefore(Span span, long first, long last) {
        return span.last != last ? span.last < last : span.first < first;
    }

    @Nullable T find(long first, long last) {
        int index = index(first, last);
        if (index == size) {
            return null;
        }
        T found = get(index);
        return found.first == first && found.last == last ? found : null;
    }

    void insert(int index, T item) {
        if (head + size == items.length) {
            Object[] room = size > items.length / 2 ? new Object[2 * items.length] : items;
            System.arraycopy(items, head, room, 0, size);
            if (room == items) {
                Arrays.fill(items, size, head + size, null);
            }
            items = room;
            head = 0;
        }
        System.arraycopy(items, head + index, items, head + index + 1, size - index);
        items[head + index] = item;
        size++;
    }

    void remove(int index) {
        if (index == 0) {
            items[head] = null;
            head = size == 1 ? 0 : head + 1;
        } else {
            System.arraycopy(items, head + index + 1, items, head + index, size - index - 1);
            items[head + size - 1] = null;
        }
        size--;
    }
}
