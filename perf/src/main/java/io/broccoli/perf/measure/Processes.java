package io.broccoli.perf.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** This process and others that take part in a measurement. CPU times of others have the grain of the system, often 10 ms. */
public record Processes(List<ProcessHandle> others) {

    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    public Processes {
        others = List.copyOf(others);
    }

    /** CPU time that all of them have used, in nanoseconds. */
    public long cpu() {
        long sum = SYSTEM.getProcessCpuTime();
        for (ProcessHandle each : others) {
            sum += each.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
        }
        return sum;
    }

    /** The most memory that they ever held, added up, in MB; NaN where the system does not tell. */
    public double peakMemory() {
        double sum = peakMemory(ProcessHandle.current().pid());
        for (ProcessHandle each : others) {
            sum += peakMemory(each.pid());
        }
        return sum;
    }

    private static double peakMemory(long pid) {
        return memory(pid, "VmHWM:");
    }

    /** The memory that a process holds now, in MB; NaN where the system does not tell. */
    public static double residentMemory(long pid) {
        return memory(pid, "VmRSS:");
    }

    private static double memory(long pid, String which) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(which)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
                }
            }
        } catch (IOException e) {
            // said below
        }
        return Double.NaN;
    }
}
