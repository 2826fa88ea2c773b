package io.broccoli.perf.micro;

import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the benchmarks of this package, with what they allocate. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        description = "Benchmarks of codec, credit and operators, beside what would be written by hand.")
public final class Jmh implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            defaultValue = ".*",
            paramLabel = "PATTERN",
            description = "Of names, for example Codec or Operator.*map (all).")
    private String pattern = ".*";

    @Option(names = "--quick", description = "1 fork, 1 x 200 ms: for CI, not for figures.")
    private boolean quick;

    @Option(names = "--forks", defaultValue = "2", description = "JVMs, one after the other (${DEFAULT-VALUE}).")
    private int forks;

    @Override
    public Integer call() throws RunnerException {
        TimeValue time = quick ? TimeValue.milliseconds(200) : TimeValue.seconds(1);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(Pattern.quote(Jmh.class.getPackageName()) + ".*" + pattern)
                .forks(quick ? 1 : forks)
                .warmupIterations(quick ? 1 : 5)
                .measurementIterations(quick ? 1 : 5)
                .warmupTime(time)
                .measurementTime(time)
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class);
        new Runner(options.build()).run();
        return 0;
    }
}
