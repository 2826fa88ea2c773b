package io.broccoli.internal.credit;

import io.broccoli.frame.Frame.Result;
import io.broccoli.internal.base.FrameLimit;
import org.jspecify.annotations.Nullable;

/**
 * Recent results of all links of a node, the oldest forgotten first: bounded by their number and their bytes. A result is found
 * through its account.
 */
final class ResultRing {

    private static final long MOST_PAUSE = Timing.REANNOUNCE / 2;
    private static final int MOST_DOUBLINGS = 5;

    /** Questions come each second, while nothing is answered. */
    private static final long LATE = Timing.REANNOUNCE * 3 / 4;

    private final int maxEntries;
    private final long maxBytes;
    private final Entry ends = new Entry(null, null); // a circle: ends.next is the oldest
    private int entries;
    private long bytes;

    ResultRing(int maxEntries, long maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        ends.next = ends;
        ends.previous = ends;
    }

    int entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    void put(Account account, Result result) {
        Entry entry = new Entry(account, result);
        entry.previous = ends.previous;
        entry.next = ends;
        ends.previous.next = entry;
        ends.previous = entry;
        account.remembered.put(result.seq(), entry);
        entries++;
        bytes += cost(result);
        while (entries > maxEntries || bytes > maxBytes) {
            forget(ends.next);
        }
    }

    /** Forgets all results of an account. */
    void forget(Account account) {
        for (long seq : account.remembered.sortedSeqs()) {
            Entry entry = account.remembered.get(seq);
            if (entry != null) {
                forget(entry);
            }
        }
    }

    void forget(Entry entry) {
        entry.previous.next = entry.next;
        entry.next.previous = entry.previous;
        entries--;
        if (entry.result != null && entry.account != null) {
            bytes -= cost(entry.result);
            entry.account.remembered.remove(entry.result.seq());
        }
    }

    /** 16 bytes stand for the entry itself, so that empty results are bounded too. */
    private static long cost(Result result) {
        return 16L + result.payload().length();
    }

    /** A remembered result. */
    static final class Entry {
        final @Nullable Account account;
        final @Nullable Result result;
        Entry previous = this;
        Entry next = this;
        int frame; // bytes of the one that it was last sent in, if that was larger than any network carries; else 0
        private long repeatedAt;
        private int repeats;
        private long lostAt;
        private @Nullable Losses losses;

        Entry(@Nullable Account account, @Nullable Result result) {
            this.account = account;
            this.result = result;
        }

        /** Whether it is answered again: the more often that was in vain, the later. */
        boolean mayRepeat(long now) {
            long pause = Math.min(MOST_PAUSE, Timing.LEAST_ASK << Math.min(repeats, MOST_DOUBLINGS));
            if (repeats > 0 && now - repeatedAt < pause) {
                return false;
            }
            repeats++;
            repeatedAt = now;
            return true;
        }

        /**
         * It is asked for again. If that goes on for a while it was not under way then, but lost.
         *
         * @param bytes that it takes
         * @return whether it is not to be sent any more: it is asked for in an epoch that the producer gives up if it hears nothing
         */
        boolean lost(int bytes, FrameLimit limit, long now) {
            if (frame == 0 || losses != null && now - lostAt < LATE) {
                return false;
            }
            if (losses == null) {
                losses = new Losses();
            }
            lostAt = now;
            return losses.lost(frame, bytes, limit, now, now);
        }
    }
}
