package io.broccoli.internal.base;

import java.util.concurrent.TimeUnit;

/**
 * Connections of this member that ended, and how large the frames were that went before: some brokers close the connection at a
 * frame that is too large for them. Belongs to the member's serial executor; the limit says more.
 */
final class Cuts {

    /** A broker that closes the connection at a frame does so within this time. */
    private static final long AT_ONCE = TimeUnit.SECONDS.toNanos(1);

    /** In a row: once may be chance. */
    private static final int NO_CHANCE = 2;

    private final FrameLimit limit = new FrameLimit();
    private boolean connected;
    private int passed; // the largest frame after which the connection stood
    private int recent; // the largest one since
    private long recentAt; // when that was the first
    private int suspicious; // ends in a row
    private int smallest; // of the frames at which they came

    FrameLimit limit() {
        return limit;
    }

    void connected() {
        connected = true;
        passed = 0;
        recent = 0;
    }

    /** A frame of more than {@link FrameLimit#LEAST} bytes goes out. */
    void sent(int bytes, long now) {
        stood(now);
        if (recent == 0) {
            recentAt = now;
        }
        recent = Math.max(recent, bytes);
    }

    private void stood(long now) {
        if (recent > 0 && now - recentAt > AT_ONCE) {
            passed = Math.max(passed, recent);
            recent = 0;
        }
    }

    /** The connection ended, or could not be made. */
    void disconnected(long now) {
        if (!connected) {
            return;
        }
        connected = false;
        stood(now);
        if (recent <= passed) {
            suspicious = 0;
            return;
        }
        smallest = suspicious == 0 ? recent : Math.min(smallest, recent);
        if (++suspicious >= NO_CHANCE) {
            limit.refuse(smallest, now);
        }
    }
}
