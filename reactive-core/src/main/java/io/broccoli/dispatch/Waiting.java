package io.broccoli.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much of what the transport brought waits for the executor, and the bounds of that. From any thread. */
final class Waiting {

    /** Frames and presences; more are dropped, as the network might have done. */
    static final int MOST_FRAMES = 4_096;

    /** What they may have in all, in bytes: one may be as large as the transport carries, and not all of them. */
    static final long MOST_BYTES = 64 << 20;

    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** Whether one more may wait; {@link #leave} takes it back. */
    boolean enter(int length) {
        if (frames.incrementAndGet() <= MOST_FRAMES & bytes.addAndGet(length) <= MOST_BYTES) {
            return true;
        }
        leave(length);
        return false;
    }

    void leave(int length) {
        frames.decrementAndGet();
        bytes.addAndGet(-length);
    }

    /** At half of what may wait: what the transport has read already comes yet. */
    boolean isFull() {
        return frames.get() > MOST_FRAMES / 2 || bytes.get() > MOST_BYTES / 2;
    }
}
