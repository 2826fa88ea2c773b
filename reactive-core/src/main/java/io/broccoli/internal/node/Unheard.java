package io.broccoli.internal.node;

import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.RecentNames;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Says in the log which members ask a node and do not hear its answers, once for each. The node knows that by their frames: a member
 * that heard an answer names the link that it was given. Belongs to the member's serial executor.
 */
final class Unheard {

    private static final int MOST_NAMES = 256;
    private static final Logger LOG = Loggers.getLogger(Unheard.class);

    private final MemberContext context;
    private final RecentNames told = new RecentNames(MOST_NAMES);

    Unheard(MemberContext context) {
        this.context = context;
    }

    /** @param asked how often it asked */
    void by(String member, int asked) {
        if (!told.add(member)) {
            return;
        }
        String required = context.wire().requirementsTo(member);
        LOG.error(
                "Node {}: '{}' asked it {} times, and heard none of the answers{}",
                context.member(),
                member,
                asked,
                required.isEmpty() ? "" : ": " + required);
    }
}
