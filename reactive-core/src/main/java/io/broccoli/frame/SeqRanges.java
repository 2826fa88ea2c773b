package io.broccoli.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of sequence numbers.
 *
 * @param floor the set contains all numbers from 1 to this one
 * @param pairs the first and the last number of each range above the floor, in rising order; ranges neither overlap nor
 *     touch
 */
public record SeqRanges(long floor, long... pairs) {

    /** The empty set. */
    public static final SeqRanges NONE = new SeqRanges(0);

    public SeqRanges {
        if (floor < 0 || pairs.length % 2 != 0) {
            throw new IllegalArgumentException("floor " + floor + " with " + pairs.length + " bounds");
        }
        long below = floor;
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] <= below + (below == 0 ? 0 : 1) || pairs[i + 1] < pairs[i]) {
                throw new IllegalArgumentException("ranges do not rise: " + floor + " " + Arrays.toString(pairs));
            }
            below = pairs[i + 1];
        }
    }

    /** Whether the set contains a number. */
    public boolean contains(long seq) {
        if (seq <= floor) {
            return seq > 0;
        }
        for (int i = 0; i < pairs.length && pairs[i] <= seq; i += 2) {
            if (seq <= pairs[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** The number of elements. */
    public long count() {
        long count = floor;
        for (int i = 0; i < pairs.length; i += 2) {
            count += pairs[i + 1] - pairs[i] + 1;
        }
        return count;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SeqRanges that && floor == that.floor && Arrays.equals(pairs, that.pairs);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(floor) * 31 + Arrays.hashCode(pairs);
    }

    @Override
    public String toString() {
        return "1.." + floor + Arrays.toString(pairs);
    }
}
