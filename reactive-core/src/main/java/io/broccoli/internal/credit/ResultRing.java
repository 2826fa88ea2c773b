package io.broccoli.internal.credit;

import io.broccoli.frame.Frame.Result;
import org.jspecify.annotations.Nullable;

/**
 * Recent results of all links of a node, the oldest forgotten first: bounded by their number and their bytes. A result is found
 * through its account.
 */
final class ResultRing {

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

    private void forget(Entry entry) {
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

        Entry(@Nullable Account account, @Nullable Result result) {
            this.account = account;
            this.result = result;
        }
    }
}
