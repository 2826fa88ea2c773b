package io.broccoli.transport.contract;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other threads do, as long as it takes and no longer. */
public final class Soon {

    /** What has not happened by then never will. */
    public static final Duration MOST = Duration.ofSeconds(30);

    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(2);

    private Soon() {}

    /** Until the assertion holds. */
    public static void holds(Runnable assertion) {
        long start = System.nanoTime();
        while (true) {
            try {
                assertion.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() - start > MOST.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(LOOK_AGAIN);
            }
        }
    }
}
