package io.broccoli.perf.windows;

import io.broccoli.perf.measure.Block;
import io.broccoli.perf.measure.Contention;
import io.broccoli.perf.measure.Environment;
import io.broccoli.perf.measure.Pairs;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Ratio;
import io.broccoli.perf.measure.Report;
import io.broccoli.perf.measure.Row;
import io.broccoli.perf.measure.Table;
import io.broccoli.perf.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command. */
@Command(
        name = "windows",
        mixinStandardHelpOptions = true,
        description = {
            "Counts by key in tumbling windows of event time: items a second and CPU time a sample, beside",
            "Reactor's groupBy and windowTimeout, and with --flink beside Flink (a MiniCluster with one slot).",
            "Then twelve feeds of 1 to 100,000 samples a second, replayed by nodes in one process: time, and the most",
            "samples that are held, where event time steers the credit of the nodes and with a naive merge of them."
        })
public final class WindowsBench implements Callable<Integer> {

    private static final double MOST_CPU = 0.5;
    private static final int WARM_UP = 3;
    private static final int REPLAYS = 4;
    private static final int REPLAY_SECONDS = 2;
    private static final String FLINK = "flink";
    private static final String FLINK_MAIN = "io.broccoli.perf.windows.FlinkMain";

    @Option(names = "--items", defaultValue = "5000000", description = "Samples in a run (${DEFAULT-VALUE}).")
    private int items;

    @Option(names = "--keys", defaultValue = "1000", description = "Keys of the samples (${DEFAULT-VALUE}).")
    private int keys;

    @Option(names = "--pairs", defaultValue = "5", description = "Runs of each contender, in turns (${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--flink", description = "Flink too. ./broccoli builds it then, with the profile flink.")
    private boolean flink;

    @Option(names = "--json", paramLabel = "FILE", description = "Result file, instead of perf/out/windows-<utc>.json.")
    private @Nullable Path json;

    private record Contender(String name, ChildProcess process, List<Block> blocks) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Object> env = Environment.read();
        Table table = new Table(System.out);
        table.note(String.format(
                "%,d samples of %,d keys, windows of %s, %s cores, %s",
                items, keys, Event.SIZE, env.get("cores"), env.get("jdk")));
        Report report = new Report(env, table);
        List<Contender> contenders = new ArrayList<>();
        try {
            for (String name : ContenderMain.names()) {
                contenders.add(start(name, ContenderMain.class));
            }
            if (flink) {
                contenders.add(start(FLINK, flinkMain()));
            }
            for (int i = 0; i < WARM_UP; i++) {
                for (Contender each : contenders) {
                    run(each);
                }
            }
            contenders.forEach(each -> each.blocks.clear());
            for (int i = 0; i < turns; i++) {
                for (Contender each : contenders) {
                    each.blocks.add(run(each));
                }
            }
        } finally {
            contenders.forEach(each -> each.process.close());
        }
        tell(report, contenders);
        replay(report, table);
        report.write(json, "windows");
        return 0;
    }

    /** Few runs: what they show is how much is held. */
    private void replay(Report report, Table table) throws IOException {
        long samples = ReplayMain.samples(REPLAY_SECONDS);
        table.note(String.format(
                "%,d samples of twelve feeds, windows of 50 ms; steering holds at most %,d",
                samples, ReplayMain.steeredBound()));
        List<String> subjects = List.of(ReplayMain.STEERED, ReplayMain.NAIVE);
        List<List<Block>> blocks = List.of(new ArrayList<>(), new ArrayList<>());
        long[] held = new long[subjects.size()];
        try (ChildProcess process = ChildProcess.start(
                ReplayMain.class,
                List.of("-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"),
                List.of(Integer.toString(REPLAY_SECONDS)))) {
            process.awaitReady();
            for (int turn = 0; turn < REPLAYS; turn++) {
                for (int i = 0; i < held.length; i++) {
                    double before = Contention.gauge();
                    String[] told = process.ask(subjects.get(i)).split(" ");
                    double memory = Processes.residentMemory(process.handle().pid());
                    held[i] = Math.max(held[i], Long.parseLong(told[2]));
                    if (turn > 0) { // the first one warms up
                        blocks.get(i)
                                .add(block(
                                        samples,
                                        Double.parseDouble(told[0]),
                                        Double.parseDouble(told[1]),
                                        memory,
                                        before));
                    }
                }
            }
        }
        for (int i = 0; i < held.length; i++) {
            Map<String, Object> params = Map.of("held", held[i]);
            report.add(new Row("replay", subjects.get(i), params, "samples/s", blocks.get(i)));
        }
    }

    private static Class<?> flinkMain() {
        try {
            return Class.forName(FLINK_MAIN);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("Flink is not in this build: build it with mvn -Pflink", e);
        }
    }

    private Contender start(String name, Class<?> main) throws IOException {
        ChildProcess process = ChildProcess.start(
                main,
                List.of(
                        "-Xmx1g",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--add-opens=java.base/java.util=ALL-UNNAMED"),
                List.of(name, Integer.toString(keys)));
        process.awaitReady();
        return new Contender(name, process, new ArrayList<>());
    }

    private Block run(Contender contender) throws IOException {
        double before = Contention.gauge();
        String[] told = contender.process.ask(Integer.toString(items)).split(" ");
        double nanos = Double.parseDouble(told[0]);
        double cpu = Double.parseDouble(told[1]);
        double memory = Processes.residentMemory(contender.process.handle().pid());
        return block(items, nanos, cpu, memory, before);
    }

    private static Block block(long items, double nanos, double cpu, double memory, double before) {
        double none = Double.NaN;
        return new Block(
                items * 1e9 / nanos,
                cpu / 1e3 / items,
                none,
                none,
                none,
                none,
                none,
                none,
                memory,
                Math.max(before, Contention.gauge()));
    }

    private void tell(Report report, List<Contender> contenders) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("keys", keys);
        List<Row> rows = contenders.stream()
                .map(each -> report.add(new Row("windows", each.name, params, "samples/s", each.blocks)))
                .toList();
        for (int i = 1; i < contenders.size(); i++) {
            Pairs pairs = Pairs.of(contenders.get(0).blocks, contenders.get(i).blocks);
            double most = contenders.get(i).name.equals(FLINK) ? MOST_CPU : Double.NaN;
            report.add(Ratio.atLeast("samples/s", rows.get(0), rows.get(i), pairs, Block::rate, Double.NaN));
            report.add(Ratio.atMost("CPU/sample", rows.get(0), rows.get(i), pairs, Block::cpu, most));
        }
    }
}
