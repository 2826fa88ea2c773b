package io.broccoli.internal.credit;

import io.broccoli.frame.SeqRanges;
import java.util.Arrays;

/** A growing set of sequence numbers, dense from below: a floor and few ranges above it. */
final class SeqSet {

    private long floor;
    private long[] pairs = new long[8];
    private int size;
    private long count;

    boolean contains(long seq) {
        return seq <= floor ? seq > 0 : at(seq) >= 0;
    }

    long count() {
        return count;
    }

    SeqRanges snapshot() {
        return new SeqRanges(floor, Arrays.copyOf(pairs, size));
    }

    /** @return false if it was in already */
    boolean add(long seq) {
        if (seq == floor + 1) {
            floor = size > 0 && pairs[0] == seq + 1 ? takeFirst() : seq;
            count++;
            return true;
        }
        if (contains(seq)) {
            return false;
        }
        insert(-1 - at(seq), seq);
        count++;
        return true;
    }

    private long takeFirst() {
        long last = pairs[1];
        System.arraycopy(pairs, 2, pairs, 0, size - 2);
        size -= 2;
        return last;
    }

    /** The range that holds seq, or -1 - the place where one would be inserted. */
    private int at(long seq) {
        int low = 0;
        int high = size / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (pairs[2 * middle + 1] < seq) {
                low = middle + 1;
            } else if (pairs[2 * middle] > seq) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -1 - low;
    }

    private void insert(int place, long seq) {
        boolean joinsLeft = place > 0 && pairs[2 * place - 1] == seq - 1;
        boolean joinsRight = 2 * place < size && pairs[2 * place] == seq + 1;
        if (joinsLeft && joinsRight) {
            pairs[2 * place - 1] = pairs[2 * place + 1];
            System.arraycopy(pairs, 2 * place + 2, pairs, 2 * place, size - 2 * place - 2);
            size -= 2;
        } else if (joinsLeft) {
            pairs[2 * place - 1] = seq;
        } else if (joinsRight) {
            pairs[2 * place] = seq;
        } else {
            if (size == pairs.length) {
                pairs = Arrays.copyOf(pairs, size * 2);
            }
            System.arraycopy(pairs, 2 * place, pairs, 2 * place + 2, size - 2 * place);
            pairs[2 * place] = seq;
            pairs[2 * place + 1] = seq;
            size += 2;
        }
    }
}
