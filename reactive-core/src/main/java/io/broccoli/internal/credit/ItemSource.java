package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.FrameLimit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's side of one item stream: what may be asked of the source, which items the producer has not confirmed yet, and which of
 * these are to be sent. An item's index counts what was sent, from 1 on. Items that are not confirmed are kept: no more than
 * {@link #MAX_WINDOW}, whatever the producer asks, and no more than {@link #MAX_BYTES}, as far as what the source was asked for is
 * not larger than what it gave before.
 */
public final class ItemSource {

    /** Items that may be kept, whatever limit a producer names. */
    public static final int MAX_WINDOW = 1024;

    /** Bytes that may be kept, with what the source was asked for. */
    static final long MAX_BYTES = 4 << 20;

    /** What an item is taken for before there was one that is larger. */
    private static final int LIKELY_BYTES = 64 << 10;

    private static final long UNSENT = Deadline.NEVER;
    private static final long MOST_RECEIVED = Long.MAX_VALUE - MAX_WINDOW;

    private final long seq;
    private final boolean replayable;

    // A ring, by index: those above what is confirmed.
    private @Nullable Payload[] values = new Payload[16];
    private long[] againAt = new long[16]; // when each is sent again; UNSENT: it is still to be sent
    private long bytes;
    private int largest = LIKELY_BYTES;

    private long limit;
    private long received;
    private long produced;
    private long asked; // of the source, and not produced
    private long next; // all kept ones below were sent
    private boolean ended;
    private boolean endUntold; // the last item went out before it was known to be the last
    private boolean closed;
    boolean ready; // stands in its account's outbox

    // Of the first item that is not confirmed, as it was sent last.
    private boolean sendsFirst; // it is in the frame that is being filled
    private int frame; // bytes of the one that it went in, if that was larger than any network carries; else 0
    private long firstSentAt;
    private boolean lost;
    private @Nullable Losses losses;

    /**
     * @param replayable whether its task may run again where it was cut off
     * @param limit how many items the producer takes in all
     * @param received what an earlier attempt gave: so many are passed over
     */
    public ItemSource(long seq, boolean replayable, long limit, long received) {
        this.seq = seq;
        this.replayable = replayable;
        this.limit = limit;
        this.received = Math.min(Math.max(0, received), MOST_RECEIVED);
        this.next = this.received + 1;
    }

    // ---- the source

    /** How many more items the source may be asked for now. */
    public long room() {
        if (ended || closed) {
            return 0;
        }
        long more = Math.min(limit, received + MAX_WINDOW) - produced - asked;
        long fitting = Math.max((MAX_BYTES - bytes) / largest, kept() == 0 ? 1 : 0) - asked;
        if (fitting < more && fitting < asked) {
            return 0; // soon there is room for more than a few
        }
        return Math.max(0, Math.min(more, fitting));
    }

    /** How many more items the source is to be asked for now; they count as asked. */
    public long ask() {
        long more = room();
        asked += more;
        return more;
    }

    /** Whether the source was asked for items that it did not give yet. */
    public boolean isAsked() {
        return asked > 0;
    }

    /** The source gave one that it was asked for. */
    public void offer(Payload item) {
        asked--;
        produced++;
        if (produced <= received || closed) {
            return;
        }
        if (kept() > values.length) {
            grow();
        }
        values[place(produced)] = item;
        againAt[place(produced)] = UNSENT;
        bytes += item.length();
        largest = Math.max(largest, item.length());
    }

    /** The source gives nothing more. May be called again. */
    public void end() {
        if (ended) {
            return;
        }
        ended = true;
        asked = 0;
        endUntold = produced > received && next > produced;
    }

    /** Nobody waits for its items any more. */
    public void close() {
        closed = true;
        values = new Payload[0];
        againAt = new long[0];
        bytes = 0;
    }

    // ---- the producer

    /** What the producer has, and how many it takes in all; items that it should have by now and has not are sent again. */
    void heard(long nowReceived, long newLimit, long now) {
        if (closed) {
            return;
        }
        limit = Math.max(limit, newLimit);
        long confirmed = Math.min(nowReceived, produced);
        if (confirmed > received) {
            arrived();
        }
        while (received < confirmed) {
            int place = place(++received);
            Payload item = values[place];
            bytes -= item == null ? 0 : item.length();
            values[place] = null;
        }
        next = Math.max(next, received + 1);
        for (long index = produced; index > received; index--) { // fewer than a window
            if (Deadline.isOver(againAt[place(index)], now)) {
                againAt[place(index)] = UNSENT;
                next = Math.min(next, index);
                lost = index == received + 1;
            }
        }
        skipSent();
    }

    private void arrived() {
        losses = null;
        frame = 0;
    }

    /** Whether the first item that the producer does not have is not to be sent any more, as it was lost too often. */
    boolean isTooLarge(FrameLimit limit, long now) {
        boolean counts = lost && frame > 0 && !closed;
        lost = false;
        if (!counts) {
            return false;
        }
        if (losses == null) {
            losses = new Losses();
        }
        return losses.lost(frame, first(), limit, firstSentAt, now);
    }

    /** Bytes of the first item that the producer does not have. */
    int first() {
        Payload item = values[place(received + 1)];
        return item == null ? 0 : item.length();
    }

    /** What the producer does not have will never be sent; the source has ended with what it has. */
    public void cut() {
        end();
        produced = received;
        endUntold = false;
        close();
    }

    private void skipSent() {
        while (next <= produced && againAt[place(next)] != UNSENT) {
            next++;
        }
    }

    /** Whether there is something to be sent. */
    boolean hasNews() {
        return !closed && (next <= produced || endUntold);
    }

    /**
     * The next items in a row that are to be sent.
     *
     * @return null if there are none, or the first is too large
     */
    Frame.@Nullable ItemRun take(int maxItems, long maxBytes, long now) {
        if (!hasNews()) {
            return null;
        }
        long first = next;
        List<Payload> run = new ArrayList<>();
        long left = maxBytes;
        while (next <= produced && run.size() < maxItems && againAt[place(next)] == UNSENT) {
            Payload item = values[place(next)];
            if (item == null || item.length() > left) {
                break;
            }
            left -= item.length();
            run.add(item);
            againAt[place(next)] = Deadline.after(now, Timing.REANNOUNCE);
            next++;
        }
        sendsFirst |= first == received + 1 && !run.isEmpty();
        boolean last = ended && next > produced;
        skipSent();
        if (run.isEmpty() && !last) {
            return null;
        }
        endUntold &= !last;
        return new Frame.ItemRun(seq, first, last, run);
    }

    /** The frame that was filled has so many bytes. */
    void sentIn(long bytes, long now) {
        if (sendsFirst) {
            sendsFirst = false;
            frame = bytes > FrameLimit.LEAST ? (int) bytes : 0;
            firstSentAt = now;
        }
    }

    /** Whether the source ended and the producer has all that it gave: then the outcome is due. */
    public boolean isOver() {
        return ended && received >= produced;
    }

    // ---- figures

    boolean isReplayable() {
        return replayable;
    }

    /** Items that the source gave, with those that were passed over. */
    public long produced() {
        return produced;
    }

    /** Items that are kept because the producer did not confirm them. */
    public long kept() {
        return Math.max(0, produced - received);
    }

    /** Their bytes. */
    long keptBytes() {
        return bytes;
    }

    private int place(long index) {
        return (int) index & (values.length - 1);
    }

    private void grow() {
        @Nullable Payload[] oldValues = values;
        long[] oldAgainAt = againAt;
        values = new Payload[2 * oldValues.length];
        againAt = new long[2 * oldValues.length];
        for (long index = received + 1; index < produced; index++) {
            int old = (int) index & (oldValues.length - 1);
            values[place(index)] = oldValues[old];
            againAt[place(index)] = oldAgainAt[old];
        }
    }
}
