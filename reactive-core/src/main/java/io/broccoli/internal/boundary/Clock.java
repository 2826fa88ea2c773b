package io.broccoli.internal.boundary;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongSupplier;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * A user's clock, in nanoseconds, that never goes back and never throws: where the user's does, it stands still, or goes on as
 * that of the system does. Only differences of its readings count; they may be below zero. May be used by any thread.
 */
public final class Clock implements LongSupplier {

    private static final Logger LOG = Loggers.getLogger(Clock.class);

    private static final AtomicLongFieldUpdater<Clock> LAST = AtomicLongFieldUpdater.newUpdater(Clock.class, "last");

    private final LongSupplier user;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile long
            last; // set lazily: whoever is told of a reading reads no smaller one, and no more is promised
    private volatile boolean broken; // at the last reading

    // Guarded by this: where the system's clock was, and this one, when the user's broke.
    private long systemThen;
    private long then;

    public Clock(LongSupplier user) {
        this.user = user;
        this.last = user.getAsLong(); // one that cannot be read at all is a mistake of the caller
    }

    @Override
    public long getAsLong() {
        long now = read();
        long before = last;
        if (now - before < 0) {
            return before;
        }
        if (now != before) {
            LAST.lazySet(this, now);
        }
        return now;
    }

    private long read() {
        try {
            long now = user.getAsLong();
            if (broken) {
                broken = false;
            }
            return now;
        } catch (Throwable thrown) {
            return instead(thrown);
        }
    }

    /** As long as the user's clock cannot be read, time goes on as that of the system does. */
    private synchronized long instead(Throwable thrown) {
        if (!broken) {
            then = last;
            systemThen = System.nanoTime();
            broken = true;
        }
        if (told.compareAndSet(false, true)) {
            LOG.warn(
                    "The clock {} threw {}; that of the system takes its place for as long as it does",
                    user.getClass().getName(),
                    Thrown.described(thrown));
        }
        return then + (System.nanoTime() - systemThen);
    }
}
