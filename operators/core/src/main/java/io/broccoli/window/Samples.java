package io.broccoli.window;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Values with their numbers in the order of arrival. */
final class Samples {

    private static final long[] NO_NUMBERS = {};

    private final boolean numbered;
    private @Nullable Object[] values = new Object[4];
    private long[] numbers = NO_NUMBERS;
    private int size;
    private boolean inOrder = true;

    /** @param numbered whether it may be added to others, or others to it */
    Samples(boolean numbered) {
        this.numbered = numbered;
    }

    int size() {
        return size;
    }

    void add(long number, @Nullable Object value) {
        room(size + 1);
        if (numbered) {
            inOrder &= size == 0 || numbers[size - 1] < number;
            numbers[size] = number;
        }
        values[size++] = value;
    }

    void addAll(Samples other) {
        if (other.size == 0) {
            return;
        }
        room(size + other.size);
        inOrder &= other.inOrder && (size == 0 || numbers[size - 1] < other.numbers[0]);
        System.arraycopy(other.values, 0, values, size, other.size);
        System.arraycopy(other.numbers, 0, numbers, size, other.size);
        size += other.size;
    }

    private void room(int needed) {
        if (needed > values.length) {
            values = Arrays.copyOf(values, Math.max(needed, values.length + (values.length >> 1) + 1));
        }
        if (numbered && numbers.length < values.length) {
            numbers = Arrays.copyOf(numbers, values.length);
        }
    }

    /** A copy of the values, in the order of arrival. */
    @Nullable Object[] values() {
        if (!inOrder) {
            sort();
        }
        return Arrays.copyOf(values, size);
    }

    private void sort() {
        Integer[] places = new Integer[size];
        Arrays.setAll(places, i -> i);
        Arrays.sort(places, Comparator.comparingLong(place -> numbers[place])); // finds the runs of what was added
        @Nullable Object[] sorted = new Object[size];
        long[] ascending = new long[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = values[places[i]];
            ascending[i] = numbers[places[i]];
        }
        values = sorted;
        numbers = ascending;
        inOrder = true;
    }

    void forEach(Consumer<Object> hook) {
        for (int i = 0; i < size; i++) {
            Object value = values[i];
            if (value != null) {
                hook.accept(value);
            }
        }
    }
}
