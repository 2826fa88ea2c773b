package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.internal.base.FrameLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
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

    /** Seqs that may be open, and credit for more, at a time, whatever a node promises: no node holds more, or hears of more voids. */
    static final int MOST_CREDIT = HeldTasks.MAX_VOIDS;

    /** Seqs in a row that a TASKS frame leaves out, before another frame is cheaper. */
    private static final int MAX_HOLES = 8;

    private final SeqTable<Sent<T>> open = new SeqTable<>();
    private final TreeSet<Long> again = new TreeSet<>(); // seqs that did not arrive
    private final RangeList newVoids = new RangeList();
    private final UnusedCredit unused = new UnusedCredit();
    private final FrameLimit limitOfFrames = new FrameLimit();

    private final TaskIds ids;
    private long next = 1;
    private long unsent = 1; // from here to next are those not sent yet
    private long limit; // seqs up to here may be used
    private boolean excess; // more was left than wanted, when it was last looked at
    private int voids;
    private int mostRanges = 1024; // in one frame
    private long resent;

    OpenSeqs(TaskIds ids) {
        this.ids = ids;
    }

    /** Most ranges, and most seqs that are asked for. */
    void mostRanges(int value) {
        mostRanges = value;
    }

    /** How large frames to the node may be. */
    FrameLimit limitOfFrames() {
        return limitOfFrames;
    }

    // ---- credit

    /** How many more seqs may be used. */
    long left() {
        return limit - next + 1;
    }

    /** What is known of credit that is left. */
    UnusedCredit unused() {
        return unused;
    }

    /** A node promises that seqs up to here may be used. It is believed up to a bound: whatever is left may have to be given back. */
    void allow(long promised, long now) {
        boolean none = left() <= 0;
        limit = Math.max(limit, Math.min(promised, next - 1 + MOST_CREDIT - open.size()));
        if (none && left() > 0) {
            unused.came(now);
        }
    }

    /**
     * Once in a re-announce: gives back what was more than wanted for all of it.
     *
     * @param surplus how much more is left now than wanted
     */
    void surrenderExcess(long surplus) {
        if (surplus > 0 && excess) {
            surrender(surplus);
        }
        excess = surplus > 0;
    }

    /** Uses the next seqs only to void them. */
    void surrender(long count) {
        newVoids.add(next, next + count - 1);
        for (long i = 0; i < count; i++) {
            open.put(next++, Sent.surrendered());
        }
        voids += (int) count;
        ids.skip(count);
    }

    // ---- figures

    /** The id of the task under a seq; 0 if there is none. */
    long idOf(long seq) {
        Sent<T> sent = open.get(seq);
        return sent == null ? 0 : sent.id;
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

    Standing standing(long seq, long lateAfter, long now) {
        Sent<T> sent = open.get(seq);
        if (sent != null && sent.seen) {
            return Standing.SEEN;
        }
        boolean due = sent == null || sent.sends > 0 && now - sent.at > lateAfter;
        return due ? Standing.UNKNOWN : Standing.SENT;
    }

    // ---- what comes in use, and what is given up

    /** Opens the next seq. */
    long launch(Sent<T> sent) {
        unused.used(sent.at);
        long seq = next++;
        sent.id = ids.next();
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

    /** Begins with seq 1 again; returns what was under way, lowest seq first. */
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
        next = 1;
        unsent = 1;
        limit = 0;
        return lost;
    }

    // ---- what is to be told

    boolean hasToSend() {
        return !again.isEmpty() || unsent < next;
    }

    /**
     * Takes the next tasks to be sent: bodies from one seq on, null where a seq is left out.
     *
     * @param ctl of the frame
     * @return null if there are none
     */
    @Nullable Batch take(long ctl, long now, int maxEntries, int entryBytes, int maxBytes) {
        List<@Nullable Payload> bodies = new ArrayList<>();
        long first = again.isEmpty() ? skipVoids() : again.first();
        long firstId = idOf(first);
        long bytes = 0;
        long taken = 0;
        int full = 0;
        for (long seq = first; full < maxEntries && seq < next && seq - first - bodies.size() <= MAX_HOLES; seq++) {
            Sent<T> sent = toBeSent(seq);
            if (sent != null) {
                bytes += sent.body.length() + entryBytes;
                if (full > 0 && (bytes > maxBytes || sent.id - firstId != seq - first)) {
                    break;
                }
                while (bodies.size() < seq - first) {
                    bodies.add(null);
                }
                bodies.add(sent.body);
                sending(seq, sent, ctl, now);
                taken = bytes;
                full++;
            }
        }
        if (taken > FrameLimit.LEAST) {
            sent(first, bodies, (int) taken);
        }
        return bodies.isEmpty() ? null : new Batch(first, bodies);
    }

    private void sent(long first, List<@Nullable Payload> bodies, int frame) {
        for (int i = 0; i < bodies.size(); i++) {
            Sent<T> sent = bodies.get(i) == null ? null : open.get(first + i);
            if (sent != null) {
                sent.frame = frame;
            }
        }
    }

    /** Tasks for one frame. */
    record Batch(long firstSeq, List<@Nullable Payload> bodies) {}

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
    private @Nullable Sent<T> toBeSent(long seq) {
        boolean isToBeSent = seq >= unsent || !again.isEmpty() && again.contains(seq);
        Sent<T> sent = isToBeSent ? open.get(seq) : null;
        return sent != null && !sent.isVoid() ? sent : null;
    }

    private void sending(long seq, Sent<T> sent, long ctl, long now) {
        if (sent.sends++ > 0) {
            resent++;
            again.remove(seq);
        }
        sent.at = now;
        sent.quietSince = now;
        sent.ctl = ctl;
        sent.frame = 0;
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

    /** @param ctl of the POLL */
    Questions.Ask ask(long ctl, long echoed, long lateAfter, long now) {
        return new Questions<>(open, mostRanges).ask(ctl, echoed, lateAfter, now);
    }

    // ---- what was heard

    /**
     * What was sent longer ago than a round trip, and not seen though a later frame is echoed, is to be sent again.
     *
     * @return what cannot be sent at all, as no frame arrives that is as large; it is void now
     */
    List<T> granted(Frame.Grant grant, long roundTrip, long now) {
        List<T> tooLarge = new ArrayList<>(0);
        long floor = grant.seen().floor();
        long[] pairs = grant.seen().pairs();
        int pair = 0;
        for (long seq : open.sortedSeqs()) { // both rise: they are gone through side by side
            while (pair < pairs.length && pairs[pair + 1] < seq) {
                pair += 2;
            }
            boolean seen = seq <= floor || pair < pairs.length && pairs[pair] <= seq;
            Sent<T> sent = open.get(seq);
            if (sent != null && seen) {
                seen(seq, sent);
            } else if (sent != null && sent.ctl < grant.ctl() && now - sent.at > Math.max(roundTrip, sent.pause())) {
                missing(seq, sent, tooLarge, now);
            }
        }
        return tooLarge;
    }

    private void seen(long seq, Sent<T> sent) {
        if (sent == Sent.SURRENDERED) {
            open.remove(seq);
            voids--;
        } else if (!sent.isVoid() && !sent.seen) {
            sent.seen = true;
            arrived(sent);
        }
    }

    /** Of what was sent more than once it is not known in which frame it came. */
    private void arrived(Sent<T> sent) {
        if (sent.frame > 0 && sent.sends == 1) {
            limitOfFrames.carried(sent.frame, sent.at);
        }
    }

    private void missing(long seq, Sent<T> sent, List<T> tooLarge, long now) {
        T element = sent.element;
        if (element == null || sent.sends == 0 || again.contains(seq)) {
            return;
        }
        if (sent.lost(sent.body.length(), limitOfFrames, now)) {
            voidSeq(seq);
            tooLarge.add(element);
        } else {
            again.add(seq);
        }
    }

    /**
     * The node answers with items: those that are next are passed on.
     *
     * @return whether the node is to be told soon
     */
    boolean items(Frame.ItemRun run, long now, BiConsumer<T, Payload> next) {
        Sent<T> sent = open.get(run.seq());
        T element = sent == null ? null : sent.element;
        if (sent == null || element == null || sent.items == null) {
            return false;
        }
        again.remove(run.seq());
        sent.seen = true;
        sent.quietSince = now; // its outcome is not late: it is busy
        sent.items.offer(run, value -> next.accept(element, value));
        return sent.items.hasNews();
    }

    /** Closes a seq that was answered; null if it is not open. */
    @Nullable Sent<T> remove(long seq) {
        Sent<T> sent = open.remove(seq);
        if (sent != null) {
            arrived(sent);
            if (!again.isEmpty()) { // a look is cheaper than the object that a search takes
                again.remove(seq);
            }
            voids -= sent.isVoid() ? 1 : 0;
        }
        return sent;
    }
}
