package io.broccoli.internal.credit;

import java.util.IdentityHashMap;
import java.util.Map;

/** I9, as one producer of a world sees it: what it must get of a node's places beside others that want them all. */
final class Claim {

    private static final long LONGEST =
            2 * Timing.LEASE; // a fence may have to wait for a tick, and be due after the longest patience

    private final String producer;
    private final int parts; // into which the places are divided
    private final Map<Account, Long> unusedSince = new IdentityHashMap<>(); // by others, while this one wants more
    private long sinceLess = -1;
    private long got;
    private long dealt; // to all, while it wanted more
    private long limitsBefore;
    private long limitBefore;
    private boolean wantedBefore;

    Claim(String producer, int parts) {
        this.producer = producer;
        this.parts = parts;
    }

    /** A task came on a link. */
    void used(Account account) {
        unusedSince.remove(account);
    }

    private void checkOther(SimNode node, Account other, boolean wants) {
        if (!wants || node.ledger.free() > 0 || other.unused() == 0) {
            unusedSince.remove(other);
        } else if (node.world.now - unusedSince.computeIfAbsent(other, none -> node.world.now) > LONGEST) {
            throw new Broken("I9", other.producer(), "keeps", other.unused(), "places of which no task comes");
        }
    }

    /** After each event. */
    void check(SimNode node, long limits) {
        Account account = node.ledger.account(producer);
        if (account == null) {
            return;
        }
        boolean wants = account.hears && Math.min(account.want, node.capacity()) > account.unused();
        for (Member member : node.world.members.values()) {
            Account other = member == node ? null : node.ledger.account(member.name);
            if (other != null && other != account) {
                checkOther(node, other, wants);
            }
        }
        if (wants && wantedBefore) {
            dealt += Math.max(0, limits - limitsBefore); // a link that begins anew takes some away
            got += account.limit - limitBefore;
        }
        wantedBefore = wants;
        limitsBefore = limits;
        limitBefore = account.limit;
        if (!wants || account.load() >= node.capacity() / parts) {
            sinceLess = -1;
        } else if (sinceLess < 0) {
            sinceLess = node.world.now;
        } else if (node.world.now - sinceLess > LONGEST) {
            throw new Broken("I9", producer, "has only", account.load(), "of", node.capacity(), "places");
        }
    }

    /** At the end. */
    void checkDealt(SimNode node) {
        if (got * parts + (long) node.capacity() * parts < dealt) {
            throw new Broken("I9", producer, "got", got, "of", dealt, "places that became free, one of", parts);
        }
    }
}
