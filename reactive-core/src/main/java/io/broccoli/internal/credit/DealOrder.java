package io.broccoli.internal.credit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accounts to which places may be dealt, in a heap: first comes the one with the fewest places for its weight, and of equal ones the
 * one that was dealt a place the longest ago. Each account knows its place in the heap, so each operation goes through one way from
 * the root to a leaf at most.
 */
final class DealOrder {

    private final List<Account> heap = new ArrayList<>();

    int size() {
        return heap.size();
    }

    static boolean contains(Account account) {
        return account.inDealOrder >= 0;
    }

    @Nullable Account first() {
        return heap.isEmpty() ? null : heap.get(0);
    }

    /** Puts it where it belongs, whether it is in already or not. To be called when its load or weight has changed. */
    void put(Account account) {
        if (!contains(account)) {
            heap.add(account);
            account.inDealOrder = heap.size() - 1;
        }
        place(account, account.inDealOrder);
    }

    /** Does nothing if it is not in. */
    void remove(Account account) {
        if (!contains(account)) {
            return;
        }
        int free = account.inDealOrder;
        Account last = heap.remove(heap.size() - 1);
        account.inDealOrder = -1;
        if (free < heap.size()) {
            place(last, free);
        }
    }

    /** How many places the first is to be dealt until it is another one's turn; at least 1. */
    long lead() {
        if (heap.size() < 2) {
            return Long.MAX_VALUE;
        }
        Account first = heap.get(0);
        Account next = heap.size() > 2 && isBefore(heap.get(2), heap.get(1)) ? heap.get(2) : heap.get(1);
        long distance = next.load() * first.weight() - first.load() * next.weight();
        return Math.max(1, (distance + next.weight() - 1) / next.weight());
    }

    private void place(Account account, int start) {
        int free = start;
        while (free > 0 && isBefore(account, heap.get((free - 1) / 2))) {
            set(free, heap.get((free - 1) / 2));
            free = (free - 1) / 2;
        }
        for (int child = least(2 * free + 1); child > 0 && isBefore(heap.get(child), account); ) {
            set(free, heap.get(child));
            free = child;
            child = least(2 * free + 1);
        }
        set(free, account);
    }

    /** Of this one and the next; 0 if there is none. */
    private int least(int child) {
        if (child >= heap.size()) {
            return 0;
        }
        return child + 1 < heap.size() && isBefore(heap.get(child + 1), heap.get(child)) ? child + 1 : child;
    }

    private void set(int place, Account account) {
        heap.set(place, account);
        account.inDealOrder = place;
    }

    private static boolean isBefore(Account one, Account other) {
        long difference = one.load() * other.weight() - other.load() * one.weight();
        return difference == 0 ? one.share.dealt < other.share.dealt : difference < 0;
    }
}
