package io.broccoli.internal.credit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by sequence number, made for numbers that come and go almost in order: an array is indexed by the low bits; the few
 * that stay behind while others pass go to a map. Holds as many values as are put in: whoever puts has the bound.
 */
final class SeqTable<T> {

    private static final int LARGEST = 1 << 16;

    private long[] seqs = new long[16];
    private @Nullable Object[] values = new Object[16];
    private final Map<Long, T> strays = new HashMap<>();
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable T get(long seq) {
        int index = (int) seq & (seqs.length - 1);
        Object value = seqs[index] == seq ? values[index] : null;
        return value != null || strays.isEmpty() ? cast(value) : strays.get(seq);
    }

    /** Puts a value where none is. */
    void put(long seq, T value) {
        int index = (int) seq & (seqs.length - 1);
        if (values[index] != null && seqs.length < LARGEST && size >= seqs.length / 2) {
            grow();
            index = (int) seq & (seqs.length - 1);
        }
        Object there = values[index];
        if (there != null) {
            strays.put(seqs[index], cast(there));
        }
        seqs[index] = seq;
        values[index] = value;
        size++;
    }

    /** Replaces a value that is there. */
    void replace(long seq, T value) {
        int index = (int) seq & (seqs.length - 1);
        if (seqs[index] == seq && values[index] != null) {
            values[index] = value;
        } else {
            strays.put(seq, value);
        }
    }

    @Nullable T remove(long seq) {
        int index = (int) seq & (seqs.length - 1);
        Object value = seqs[index] == seq ? values[index] : null;
        if (value != null) {
            values[index] = null;
        } else if (strays.isEmpty() || (value = strays.remove(seq)) == null) {
            return null;
        }
        size--;
        return cast(value);
    }

    void clear() {
        Arrays.fill(values, null);
        strays.clear();
        size = 0;
    }

    /** All numbers, rising. */
    long[] sortedSeqs() {
        long[] all = new long[size];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                all[count++] = seqs[i];
            }
        }
        for (long seq : strays.keySet()) {
            all[count++] = seq;
        }
        Arrays.sort(all);
        return all;
    }

    private void grow() {
        long[] oldSeqs = seqs;
        @Nullable Object[] oldValues = values;
        seqs = new long[oldSeqs.length * 2];
        values = new Object[oldSeqs.length * 2];
        size = strays.size();
        for (int i = 0; i < oldValues.length; i++) {
            T value = cast(oldValues[i]);
            if (value != null) {
                int index = (int) oldSeqs[i] & (seqs.length - 1);
                seqs[index] = oldSeqs[i];
                values[index] = value;
                size++;
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> @Nullable T cast(@Nullable Object value) {
        return (T) value;
    }
}
