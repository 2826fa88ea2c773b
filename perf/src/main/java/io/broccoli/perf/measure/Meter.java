package io.broccoli.perf.measure;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Warms a subject up and measures it. */
public final class Meter {

    private static final long WINDOW = TimeUnit.SECONDS.toNanos(1);

    /** A warm-up on a machine that others use lasts longer by what they take, up to this. */
    private static final double MOST_PATIENCE = 4;

    /** A compiler that was at work for more than this part of a window is not done. */
    private static final double MOST_COMPILING = 0.1;

    private final int[] ports;
    private final double longestWarmUp;
    private final double seconds;

    /**
     * @param longestWarmUp in seconds
     * @param seconds that a measured run lasts at least
     * @param ports of the broker, or of those who listen without one, to count bytes at
     */
    public Meter(double longestWarmUp, double seconds, int... ports) {
        this.ports = ports.clone();
        this.longestWarmUp = longestWarmUp;
        this.seconds = seconds;
    }

    /**
     * Runs the subject until it is steady, or for as long as a warm-up may last.
     *
     * @return the rate at the end, in items a second
     */
    public double warmUp(Subject subject, Load load) throws InterruptedException {
        double patience = Math.min(MOST_PATIENCE, Contention.gauge());
        long end = System.nanoTime() + (long) (longestWarmUp * patience * 1e9);
        Steadiness steadiness = new Steadiness();
        int items = Math.max(256, load.inFlight());
        double rate;
        do {
            long compiled = compilation();
            Subject.Done done = subject.run(load.withItems(items));
            boolean compiling = compilation() - compiled > done.nanos() / 1e6 * MOST_COMPILING;
            rate = done.items() * 1e9 / done.nanos();
            boolean whole = done.nanos() > WINDOW / 2;
            items = items(rate, 1, load);
            if (whole && steadiness.isSteadyWith(rate) && !compiling) {
                break;
            }
        } while (System.nanoTime() < end);
        return rate;
    }

    /** Milliseconds that the compilers of this JVM were at work; 0 if it does not tell. */
    private static long compilation() {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        return compilers != null && compilers.isCompilationTimeMonitoringSupported()
                ? compilers.getTotalCompilationTime()
                : 0;
    }

    /** A fixed number of items for a rate, that take at least as long as a measured run shall. */
    public Load sized(Load load, double rate) {
        return load.withItems(items(rate, seconds, load));
    }

    private static int items(double rate, double seconds, Load load) {
        double least = 4.0 * load.inFlight();
        return (int) Math.min(100_000_000, Math.max(least, rate * seconds));
    }

    public Block measure(Subject subject, Load load) throws InterruptedException {
        double before = Contention.gauge();
        OptionalLong bytes = SocketBytes.atPorts(ports);
        long cpu = subject.processes().cpu();
        Subject.Done done = subject.run(load);
        long cpuTaken = subject.processes().cpu() - cpu;
        OptionalLong bytesNow = SocketBytes.atPorts(ports);
        double after = Contention.gauge();
        double items = done.items();
        return new Block(
                items * 1e9 / done.nanos(),
                cpuTaken / 1e3 / items,
                bytes.isPresent() && bytesNow.isPresent()
                        ? (bytesNow.getAsLong() - bytes.getAsLong()) / items
                        : Double.NaN,
                done.messages() / items,
                done.payloadBytes() / items,
                done.latencies().percentile(50),
                done.latencies().percentile(99),
                done.latencies().percentile(99.9),
                subject.processes().peakMemory(),
                Math.max(before, after));
    }
}
