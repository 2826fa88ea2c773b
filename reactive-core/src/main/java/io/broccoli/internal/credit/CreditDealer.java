package io.broccoli.internal.credit;

import java.util.function.Consumer;

/**
 * Deals the free places of a node, as credit, to the links that want it: each place to the one that has the fewest for its weight.
 * What it knows of a link the link's account keeps: nothing of it remains here when the link ends.
 */
final class CreditDealer {

    private final int capacity;
    private final Runnable grantSoon;
    private final DealOrder needy = new DealOrder(); // and some that need nothing any more
    private final Line risen = new Line(); // whose limit may have risen untold
    private boolean granting;
    private long unused;
    private long dealings;

    /** @param grantSoon sees to it that {@link #grantRises} is called */
    CreditDealer(int capacity, Runnable grantSoon) {
        this.capacity = capacity;
        this.grantSoon = grantSoon;
    }

    /** Credit that was given and not used, over all links. */
    long unused() {
        return unused;
    }

    /** A seq came, or was voided: false if it was seen before. {@link #consider} the account when all of a frame are told. */
    boolean see(Account account, long seq) {
        if (account.seen.add(seq)) {
            unused--;
            return true;
        }
        return false;
    }

    /** A place that a task of this producer held is free. */
    void release(Share share) {
        share.release();
        Account account = share.link;
        if (account != null && DealOrder.contains(account)) {
            needy.put(account);
        }
    }

    /** Its link ended: its credit is free again. */
    void leave(Account account) {
        unused -= account.unused();
        needy.remove(account);
        Line.leave(account.amongRisen);
    }

    /** What this link wants, holds or weighs has changed. */
    void consider(Account account) {
        if (account.fenced) {
            return;
        }
        if (need(account) > 0) {
            if (account.share.dealt == 0) {
                account.share.dealt = ++dealings; // who wants first is dealt first
            }
            needy.put(account);
        } else {
            needy.remove(account);
        }
        if (account.limit > account.announced) {
            risen.addLast(account.amongRisen);
        }
    }

    /** Whether others than this one want more than they have. */
    boolean isNeededByOthers(Account account) {
        return needy.size() > (DealOrder.contains(account) ? 1 : 0);
    }

    private long need(Account account) {
        // Whoever does not fetch answers gets nothing to answer.
        boolean served = account.hears && account.answers.size() < Math.max(capacity, 64);
        return served ? Math.min(account.want, capacity) - account.unused() : 0;
    }

    /** @param held places that are taken */
    void deal(int held) {
        long free = capacity - held - unused;
        for (Account account = needy.first(); account != null && free > 0; account = needy.first()) {
            long given = Math.min(Math.min(need(account), free), needy.lead());
            if (given > 0) {
                account.share.fresh |= account.unused() == 0;
                account.limit += given;
                unused += given;
                free -= given;
                account.share.dealt = ++dealings;
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
        for (Account account = risen.poll(); account != null; account = risen.poll()) {
            long rise = account.limit - account.announced;
            boolean matters = account.announcedUnused() <= 0 || rise >= Math.max(1, capacity / 4);
            if (rise > 0 && matters && account.answers.isEmpty()) {
                grant.accept(account);
            }
        }
    }
}
