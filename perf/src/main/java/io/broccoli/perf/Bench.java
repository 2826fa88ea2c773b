package io.broccoli.perf;

import io.broccoli.perf.micro.Jmh;
import io.broccoli.perf.throughput.Boards;
import io.broccoli.perf.throughput.SecurityCost;
import io.broccoli.perf.throughput.Throughput;
import io.broccoli.perf.windows.WindowsBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code broccoli bench} starts. */
@Command(
        name = "broccoli bench",
        mixinStandardHelpOptions = true,
        subcommands = {Throughput.class, Boards.class, WindowsBench.class, SecurityCost.class, Jmh.class},
        description = "Benchmarks. Compare only ratios of one run; figures of different runs are not comparable.")
public final class Bench {

    private Bench() {}

    /** Exits with 0 if all results were right, however fast. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Bench());
        System.exit(args.length == 0 ? line.execute("--help") : line.execute(args));
    }
}
