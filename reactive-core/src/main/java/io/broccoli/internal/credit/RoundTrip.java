package io.broccoli.internal.credit;

import java.util.concurrent.TimeUnit;

/** Smoothed time from a question to its answer, and its variation, as TCP keeps them (RFC 6298, section 2). */
final class RoundTrip {

    private long smoothed = TimeUnit.MILLISECONDS.toNanos(100);
    private long variation = TimeUnit.MILLISECONDS.toNanos(50);
    private boolean measured;

    void measure(long taken) {
        variation += (Math.abs(taken - smoothed) - variation) / 4;
        smoothed += (taken - smoothed) / 8;
        measured = true;
    }

    long smoothed() {
        return smoothed;
    }

    boolean isMeasured() {
        return measured;
    }

    /** How long after the question an answer is late. */
    long lateAfter() {
        return Math.min(Timing.REANNOUNCE, Math.max(Timing.LEAST_ASK, smoothed + 4 * variation));
    }
}
