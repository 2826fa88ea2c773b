package io.broccoli.perf.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The noise gauge: a fixed loop on one thread, its wall time over its CPU time. 1 on a machine of one's own; what is above was
 * spent waiting for others.
 */
public final class Contention {

    /** Above this a figure is noisy. */
    public static final double MOST = 1.15;

    private static final int ROUNDS = 24_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @SuppressWarnings("UnusedVariable") // so that the loop is not left out
    private static volatile long sink;

    private Contention() {}

    /** Takes some 20 ms. */
    public static double gauge() {
        long wall = System.nanoTime();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long state = wall | 1;
        for (int i = 0; i < ROUNDS; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
        }
        sink = state;
        long cpuTaken = THREADS.getCurrentThreadCpuTime() - cpu;
        return Math.max(1, (System.nanoTime() - wall) / (double) Math.max(1, cpuTaken));
    }
}
