package io.broccoli.perf.windows;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One run of a contender: the time from its first sample to the result that completes the count of all samples, and the CPU time of
 * the process meanwhile. The start of a cluster does not count.
 */
public final class Course {

    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final long LONGEST_SECONDS = 300;

    private final long items;
    private final CountDownLatch over = new CountDownLatch(1);
    private long began;
    private long cpu;
    private long nanos;
    private long counted;
    private long results;

    public Course(long items) {
        this.items = items;
    }

    /** The first sample leaves its source. */
    public synchronized void begin() {
        began = System.nanoTime();
        cpu = SYSTEM.getProcessCpuTime();
    }

    /** A window gave its count. */
    public synchronized void result(long count) {
        results++;
        counted += count;
        if (counted == items) {
            nanos = System.nanoTime() - began;
            cpu = SYSTEM.getProcessCpuTime() - cpu;
            over.countDown();
        }
    }

    /** Blocks until all samples are counted; gives the words in which a child tells it. */
    public String end() throws InterruptedException {
        if (!over.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            synchronized (this) {
                throw new IllegalStateException(
                        counted + " of " + items + " samples counted after " + LONGEST_SECONDS + " s");
            }
        }
        synchronized (this) {
            return nanos + " " + cpu + " " + results;
        }
    }
}
