package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a POLL asks of open seqs: outcomes that are late, and news of item streams.
 *
 * @param <T> what is sent: one element's work
 */
final class Questions<T> {

    /** An ask for the items of one stream takes at most the bytes of so many ranges. */
    private static final int RANGES_OF_AN_ASK = 5;

    /** Of a number in MessagePack, at most. A range is two numbers: half of the room is for late seqs, half for items. */
    private static final int MOST_BYTES_OF_A_SEQ = 9;

    private final SeqTable<Sent<T>> open;
    private final int mostRanges;

    /** @param mostRanges how many ranges, of the greatest numbers, the frame has room for */
    Questions(SeqTable<Sent<T>> open, int mostRanges) {
        this.open = open;
        this.mostRanges = mostRanges;
    }

    /**
     * What a POLL asks for.
     *
     * @param late seqs whose outcomes are
     * @param more whether it has no room for others of these, or for news of other streams
     */
    record Ask(long[] late, List<Frame.ItemAsk> items, boolean more) {}

    /** @param ctl of the POLL */
    Ask ask(long ctl, long echoed, long lateAfter, long now) {
        int left = mostRanges * MOST_BYTES_OF_A_SEQ;
        long[] asked = new long[Math.min(left, open.size())];
        int count = 0;
        List<Frame.ItemAsk> items = new ArrayList<>();
        boolean more = false;
        for (long seq : open.sortedSeqs()) {
            Sent<T> sent = open.get(seq);
            if (sent != null && sent.items != null && sent.seen && sent.items.isDue(echoed, now)) {
                boolean awaited = sent.items.hasNews();
                if (items.size() <= mostRanges / RANGES_OF_AN_ASK) {
                    items.add(sent.items.ask(seq, ctl, now));
                } else {
                    more |= awaited;
                }
            }
            if (sent == null || sent.sends == 0 || sent.isVoid() || now - sent.quietSince < lateAfter) {
                continue;
            }
            int bytes = bytesOf(count == 0 ? seq : seq - asked[count - 1]);
            if (bytes <= left) {
                left -= bytes;
                sent.quietSince = now;
                asked[count++] = seq;
            } else {
                more = true;
            }
        }
        return new Ask(Arrays.copyOf(asked, count), items, more);
    }

    /** Of a number in MessagePack that is not below 0. */
    private static int bytesOf(long number) {
        return number < 1 << 7 ? 1 : number < 1 << 8 ? 2 : number < 1 << 16 ? 3 : number < 1L << 32 ? 5 : 9;
    }
}
