package io.broccoli.internal.producer;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.internal.base.Deadline;

/** How long elements of a stream may take: to their outcome, and until a node begins them. */
final class Lifetimes {

    private final boolean times; // whether there is a time-out
    private final boolean expires;
    private final long timeout;
    private final long expiry;
    private final long delay;

    /** Ends elements. */
    @FunctionalInterface
    interface End {

        /** @param expired whether no node began it in time; else its time is out */
        void fail(ElementRun run, boolean expired);
    }

    Lifetimes(DispatchOptions options) {
        this.times = !options.timeout().isZero();
        this.expires = !options.expiry().isZero();
        this.timeout = Deadline.nanos(options.timeout());
        this.expiry = Deadline.nanos(options.expiry());
        this.delay = Deadline.nanos(options.delay());
    }

    /** How long each element waits before it is sent, in nanoseconds. */
    long delay() {
        return delay;
    }

    void begin(ElementRun run, long now) {
        run.deadline = deadline(now);
        run.expiresAt = expires ? Deadline.after(now, expiry) : Deadline.NEVER;
    }

    /** Of an outcome that is waited for from now on. */
    long deadline(long now) {
        return times ? Deadline.after(now, timeout) : Deadline.NEVER;
    }

    /** When an element ends, unless something comes of it. */
    long endOf(ElementRun run) {
        return run.sent ? run.deadline : Deadline.earlier(run.deadline, run.expiresAt);
    }

    /**
     * Ends those whose time is over.
     *
     * @return when to look again
     */
    long end(Elements elements, long now, End end) {
        long next = Deadline.NEVER;
        if (!times && !expires) {
            return next;
        }
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            if (run.isEnded()) {
                continue;
            }
            if (run.hasUnreadItems()) {
                next = Deadline.earlier(next, deadline(now)); // time counts again when they are taken
                continue;
            }
            long at = endOf(run);
            if (Deadline.isOver(at, now)) {
                end.fail(run, !Deadline.isOver(run.deadline, now));
                continue;
            }
            next = Deadline.earlier(next, at);
            if (!expires && !run.isSeveral()) {
                break; // all behind it have more time
            }
        }
        return next;
    }
}
