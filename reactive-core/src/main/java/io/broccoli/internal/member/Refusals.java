package io.broccoli.internal.member;

import io.broccoli.frame.Frame;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Guard;
import io.broccoli.spi.VersionMismatchException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Says no to what a member cannot take: here in the log, and to another version by a NACK, to each peer once in a while. Belongs
 * to the member's serial executor.
 */
final class Refusals {

    private static final Logger LOG = Loggers.getLogger(Refusals.class);

    private static final int MOST_PEERS = 256;
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(10);

    private final MemberContext context;
    private final Map<String, Long> toldAt = new HashMap<>(); // by peer
    private long count;

    Refusals(MemberContext context) {
        this.context = context;
    }

    /** How much was refused. */
    long count() {
        return count;
    }

    /** A node that never answered leaves for another one. There may be thousands of them. */
    void displaced(String node, String why) {
        count++;
        if (isToBeTold("")) {
            LOG.warn("{} forgets {} and maybe others, which never answered: {}", context.member(), node, why);
        }
    }

    private boolean isToBeTold(String of) {
        long now = context.clock().getAsLong();
        Long last = toldAt.get(of);
        if (last != null && now - last < AGAIN || last == null && toldAt.size() >= MOST_PEERS) {
            return false;
        }
        toldAt.put(of, now);
        return true;
    }

    void refuse(String from, Throwable why) {
        count++;
        if (!isToBeTold(from)) {
            return;
        }
        LOG.warn("{} refuses what {} sent: {}", context.member(), from, Guard.message(why));
        if (why instanceof VersionMismatchException) {
            context.wire().control(from, new Frame.Nack(0, 0, 0, Frame.Refusal.VERSION, Frame.VERSION));
        }
    }
}
