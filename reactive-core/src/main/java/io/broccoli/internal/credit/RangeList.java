package io.broccoli.internal.credit;

import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.List;

/** Ranges of seqs, gathered in any order. */
final class RangeList {

    private final List<long[]> ranges = new ArrayList<>();

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    void clear() {
        ranges.clear();
    }

    void add(long first, long last) {
        long[] newest = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
        if (newest != null && newest[1] == first - 1) {
            newest[1] = last;
        } else {
            ranges.add(new long[] {first, last});
        }
    }

    /** Takes the lowest ranges out, at most so many. */
    SeqRanges take(int most) {
        ranges.sort((a, b) -> Long.compare(a[0], b[0]));
        List<long[]> merged = new ArrayList<>();
        int taken = 0;
        for (long[] range : ranges) {
            long[] last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && last[1] == range[0] - 1) {
                last[1] = range[1];
            } else if (merged.size() < most) {
                merged.add(range.clone());
            } else {
                break;
            }
            taken++;
        }
        ranges.subList(0, taken).clear();
        long[] pairs = new long[2 * merged.size()];
        for (int i = 0; i < merged.size(); i++) {
            pairs[2 * i] = merged.get(i)[0];
            pairs[2 * i + 1] = merged.get(i)[1];
        }
        return new SeqRanges(0, pairs);
    }
}
