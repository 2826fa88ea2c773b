package io.broccoli.credit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Deals the free places of a node, as credit, to the links that want it, in turns. */
final class CreditDealer {

    private final int capacity;
    private final Runnable grantSoon;
    private final ArrayDeque<Account> needy = new ArrayDeque<>();
    private final List<Account> risen = new ArrayList<>(); // whose limit may have risen untold
    private boolean granting;
    private long unused;

    /** @param grantSoon sees to it that {@link #grantRises} is called */
    CreditDealer(int capacity, Runnable grantSoon) {
        this.capacity = capacity;
        this.grantSoon = grantSoon;
    }

    /** Credits that a link of weight 1 gets in its turn, while others wait for theirs. */
    static long quantum(int capacity) {
        return Math.max(1, capacity / 64);
    }

    /** Credit that was given and not used, over all links. */
    long unused() {
        return unused;
    }

    /** A seq came, or was voided: false if it was seen before. */
    boolean see(Account account, long seq) {
        if (account.seen.add(seq)) {
            unused--;
            return true;
        }
        return false;
    }

    void forget(Account account) {
        unused -= account.unused();
    }

    /** What this link wants, or holds, has changed. */
    void consider(Account account) {
        if (!account.needy && need(account) > 0) {
            account.needy = true;
            needy.addLast(account);
        }
        if (!account.risen && account.limit > account.announced) {
            account.risen = true;
            risen.add(account);
        }
    }

    private long need(Account account) {
        // Whoever does not fetch answers gets nothing to answer.
        boolean served = account.hears && !account.fenced && account.answers.size() < Math.max(capacity, 64);
        return served ? Math.min(account.want, capacity) - account.unused() : 0;
    }

    /** @param held places that are taken */
    void deal(int held) {
        while (!needy.isEmpty() && capacity - held - unused > 0) {
            Account account = needy.removeFirst();
            account.needy = false;
            long need = need(account);
            if (need > 0) {
                long left = account.turn > 0 ? account.turn : quantum(capacity) * account.weight();
                long given = Math.min(need, capacity - held - unused);
                if (!needy.isEmpty()) {
                    given = Math.min(given, left);
                }
                account.limit += given;
                unused += given;
                account.turn = Math.max(0, left - given);
            }
            if (need(account) > 0 && account.turn > 0) {
                account.needy = true; // its turn goes on when the next place is free
                needy.addFirst(account);
            } else {
                account.turn = 0;
            }
            consider(account);
        }
        if (!risen.isEmpty() && !granting) {
            granting = true;
            grantSoon.run();
        }
    }

    /** Tells the limits that rose and that no answer told, as far as they matter. */
    void grantRises(Consumer<Account> grant) {
        granting = false;
        for (Account account : risen) {
            account.risen = false;
            long rise = account.limit - account.announced;
            boolean matters = account.announcedUnused() <= 0 || rise >= Math.max(1, capacity / 4);
            if (rise > 0 && matters && !account.fenced && account.answers.isEmpty()) {
                grant.accept(account);
            }
        }
        risen.clear();
    }
}
