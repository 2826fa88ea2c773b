package io.broccoli.internal.base;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much of what the transport brought waits for the executor, and the bounds of that. From any thread. */
public final class InboxBudget {

    /** Frames and presences; more are dropped, as the network might have done. */
    public static final int MOST_FRAMES = 4_096;

    /** What they may have in all, in bytes: one may be as large as the transport carries, and not all of them. */
    public static final long MOST_BYTES = 64 << 20;

    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** Whether one more may wait; {@link #leave} takes it back. */
    public boolean enter(int length) {
        if (frames.incrementAndGet() <= MOST_FRAMES & bytes.addAndGet(length) <= MOST_BYTES) {
            return true;
        }
        leave(length);
        return false;
    }

    public void leave(int length) {
        frames.decrementAndGet();
        bytes.addAndGet(-length);
    }

    /** At half of what may wait: what the transport has read already comes yet. */
    public boolean isFull() {
        return frames.get() > MOST_FRAMES / 2 || bytes.get() > MOST_BYTES / 2;
    }
}
