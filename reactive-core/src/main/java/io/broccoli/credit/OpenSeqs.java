package io.broccoli.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The seqs of a link's epoch that are open: from the launch of a task, or the return of a credit, until the node answered.
 *
 * <p>Each is to be sent, under way or void. What a frame should say of them is known here; the numbers of frames, and how long to
 * wait, are the link's.
 *
 * @param <T> what is sent: one element's work
 */
final class OpenSeqs<T> {

    private static final int RANGES_OF_AN_ASK =
            5; // an ask for items may take as many bytes, and leaves room for others

    private final SeqTable<Sent<T>> open = new SeqTable<>();
    private final TreeSet<Long> again = new TreeSet<>(); // seqs that did not arrive
    private final RangeList newVoids = new RangeList();

    private long idBase; // ids are this plus the seq; grows with each epoch, so that none is used twice
    private long next = 1;
    private long unsent = 1; // from here to next are those not sent yet
    private int voids;
    private int mostRanges = 1024; // in one frame
    private long resent;

    /** @param idBase ids are above it */
    OpenSeqs(long idBase) {
        this.idBase = idBase;
    }

    /** Most ranges, and most seqs that are asked for. */
    void mostRanges(int value) {
        mostRanges = value;
    }

    /** The highest seq in use; 0 before the first. */
    long used() {
        return next - 1;
    }

    long idOf(long seq) {
        return idBase + seq;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Void ones too. */
    int size() {
        return open.size();
    }

    /** Those that are not void. */
    int inFlight() {
        return open.size() - voids;
    }

    boolean hasVoids() {
        return voids > 0;
    }

    /** Tasks that were sent once more. */
    long resent() {
        return resent;
    }

    @Nullable Sent<T> get(long seq) {
        return open.get(seq);
    }

    // ---- what comes in use, and what is given up

    /** Opens the next seq. */
    long launch(Sent<T> sent) {
        long seq = next++;
        open.put(seq, sent);
        return seq;
    }

    void voidSeq(long seq) {
        Sent<T> sent = open.get(seq);
        if (sent != null && !sent.isVoid()) {
            open.replace(seq, sent.sends > 0 ? Sent.voided() : Sent.surrendered());
            again.remove(seq);
            voids++;
            newVoids.add(seq, seq);
        }
    }

    /** Uses the next seqs only to void them. */
    void surrender(long count) {
        newVoids.add(next, next + count - 1);
        for (long i = 0; i < count; i++) {
            open.put(next++, Sent.surrendered());
        }
        voids += (int) count;
    }

    /** Begins with seq 1 again, and ids that were not used; returns what was under way, lowest seq first. */
    List<Sent<T>> reset() {
        List<Sent<T>> lost = new ArrayList<>();
        for (long seq : open.sortedSeqs()) {
            Sent<T> sent = open.get(seq);
            if (sent != null && !sent.isVoid()) {
                lost.add(sent);
            }
        }
        open.clear();
        again.clear();
        newVoids.clear();
        voids = 0;
        idBase += next - 1;
        next = 1;
        unsent = 1;
        return lost;
    }

    // ---- what is to be told

    boolean hasToSend() {
        return !again.isEmpty() || unsent < next;
    }

    /** The lowest seq that is to be sent; above those in use if there is none. */
    long firstToSend() {
        return again.isEmpty() ? skipVoids() : again.first();
    }

    private long skipVoids() {
        while (unsent < next) {
            Sent<T> sent = open.get(unsent);
            if (sent != null && !sent.isVoid()) {
                break;
            }
            unsent++;
        }
        return unsent;
    }

    /** Null if this seq is not to be sent, or not again. */
    @Nullable Sent<T> toBeSent(long seq) {
        boolean isToBeSent = seq >= unsent || !again.isEmpty() && again.contains(seq);
        Sent<T> sent = isToBeSent ? open.get(seq) : null;
        return sent != null && !sent.isVoid() ? sent : null;
    }

    /** A seq goes out in the frame of this number; in rising order, from {@link #firstToSend}. */
    void sending(long seq, Sent<T> sent, long ctl, long now) {
        if (sent.sends++ > 0) {
            resent++;
            again.remove(seq);
        }
        sent.at = now;
        sent.ctl = ctl;
        unsent = Math.max(unsent, seq + 1);
    }

    /** Takes voids that were not told yet; null if there are none. */
    @Nullable SeqRanges newVoids() {
        return newVoids.isEmpty() ? null : newVoids.take(mostRanges);
    }

    /** All voids, as far as a frame takes them; none is new any more. */
    SeqRanges allVoids() {
        newVoids.clear();
        RangeList all = new RangeList();
        for (long seq : open.sortedSeqs()) {
            Sent<T> sent = open.get(seq);
            if (sent != null && sent.isVoid()) {
                all.add(seq, seq);
            }
        }
        return all.take(mostRanges);
    }

    /**
     * What a POLL asks for.
     *
     * @param late seqs whose outcomes are
     * @param more whether it has no room for news of other streams
     */
    record Ask(long[] late, List<Frame.ItemAsk> items, boolean more) {}

    /** @param ctl of the POLL */
    Ask ask(long ctl, long echoed, long lateAfter, long now) {
        long[] asked = new long[Math.min(mostRanges, open.size())];
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
            if (sent != null
                    && count < asked.length
                    && sent.sends > 0
                    && !sent.isVoid()
                    && now - Math.max(sent.at, sent.askedAt) >= lateAfter) {
                sent.askedAt = now;
                asked[count++] = seq;
            }
        }
        return new Ask(Arrays.copyOf(asked, count), items, more);
    }

    // ---- what was heard

    /** What was sent longer ago than a round trip, and not seen though a later frame is echoed, is to be sent again. */
    void granted(Frame.Grant grant, long roundTrip, long now) {
        for (long seq : open.sortedSeqs()) {
            Sent<T> sent = open.get(seq);
            if (sent == null) {
                continue;
            }
            if (grant.seen().contains(seq)) {
                if (sent == Sent.SURRENDERED) {
                    open.remove(seq);
                    voids--;
                } else if (!sent.isVoid()) {
                    sent.seen = true;
                }
            } else if (!sent.isVoid() && sent.sends > 0 && sent.ctl < grant.ctl() && now - sent.at > roundTrip) {
                again.add(seq);
            }
        }
    }

    /** The node answers with items. */
    void itemsCame(long seq, Sent<T> sent, long now) {
        again.remove(seq);
        sent.seen = true;
        sent.askedAt = now; // its outcome is not late: it is busy
    }

    /** Closes a seq that was answered; null if it is not open. */
    @Nullable Sent<T> remove(long seq) {
        Sent<T> sent = open.remove(seq);
        if (sent != null) {
            if (!again.isEmpty()) { // a look is cheaper than the object that a search takes
                again.remove(seq);
            }
            voids -= sent.isVoid() ? 1 : 0;
        }
        return sent;
    }
}
