package io.broccoli.internal.credit;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deals the free places of a node, as credit, to the links that want it, in turns. What it knows of a link the link's account keeps:
 * nothing of it remains here when the link ends.
 */
final class CreditDealer {

    private final int capacity;
    private final Runnable grantSoon;
    private final Line needy = new Line();
    private final Line risen = new Line(); // whose limit may have risen untold
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

    /** Its link ended: its credit is free again. */
    void leave(Account account) {
        unused -= account.unused();
        Line.leave(account.amongNeedy);
        Line.leave(account.amongRisen);
    }

    /** What this link wants, or holds, has changed. */
    void consider(Account account) {
        if (account.fenced) {
            return;
        }
        if (need(account) > 0) {
            needy.addLast(account.amongNeedy);
        }
        if (account.limit > account.announced) {
            risen.addLast(account.amongRisen);
        }
    }

    private long need(Account account) {
        // Whoever does not fetch answers gets nothing to answer.
        boolean served = account.hears && account.answers.size() < Math.max(capacity, 64);
        return served ? Math.min(account.want, capacity) - account.unused() : 0;
    }

    /** @param held places that are taken */
    void deal(int held) {
        for (Account account = next(held); account != null; account = next(held)) {
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
                needy.addFirst(account.amongNeedy); // its turn goes on when the next place is free
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

    private @Nullable Account next(int held) {
        return capacity - held - unused > 0 ? needy.poll() : null;
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
