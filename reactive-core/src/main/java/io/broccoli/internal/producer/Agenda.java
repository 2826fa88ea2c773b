package io.broccoli.internal.producer;

import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Timers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Whether, and when, a member is to look at its streams again. All parts of the producer leave their wishes here. Belongs to the
 * member's serial executor.
 */
final class Agenda {

    private final MemberContext context;
    private final Runnable wake;
    private boolean changed;
    private long now;
    private long timerAt = Deadline.NEVER;
    private @Nullable Disposable timer;

    /** @param wake runs on the executor at the time that was asked for, or before */
    Agenda(MemberContext context, Runnable wake) {
        this.context = context;
        this.wake = wake;
        this.now = clock();
    }

    /** Something changed that a settling brings into balance. */
    void changed() {
        changed = true;
    }

    /** Whether something changed since this was last asked. */
    boolean takeChange() {
        boolean was = changed;
        changed = false;
        return was;
    }

    // ---- time

    /** The time of the last settling, good enough for deadlines. */
    long now() {
        return now;
    }

    long clock() {
        return context.clock().getAsLong();
    }

    /** Takes the time for {@link #now}. */
    long look() {
        now = clock();
        return now;
    }

    /** Sees to it that there is a waking at that time, or before. */
    void wakeAt(long deadline) {
        if (!Deadline.isBefore(deadline, timerAt)) {
            return;
        }
        timerAt = deadline;
        if (timer != null) {
            Timers.cancel(timer);
        }
        timer = context.timers()
                .schedule(() -> context.loop().execute(wake), Deadline.left(deadline, clock()), TimeUnit.NANOSECONDS);
    }

    /** The time has come: all who need another waking ask for it. */
    long awake() {
        timerAt = Deadline.NEVER;
        return look();
    }
}
