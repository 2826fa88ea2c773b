package io.broccoli.examples.tasks;

import io.broccoli.feed.Source;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Flux;

/** A sensor that every machine has: how busy it is. */
public final class Machine {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private Machine() {}

    /** One sample a second: the load average and the memory in use, in MiB. Who is slower gets the latest. */
    public static Source load() {
        return Source.of(Flux.interval(Duration.ZERO, PERIOD).map(tick -> look()))
                .latest();
    }

    private static Map<String, Object> look() {
        Runtime runtime = Runtime.getRuntime();
        return Map.of(
                "load",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                "memory",
                (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }
}
