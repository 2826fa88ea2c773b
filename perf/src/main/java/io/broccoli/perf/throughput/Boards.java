package io.broccoli.perf.throughput;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.deploy.DeploymentEvent;
import io.broccoli.deploy.Module;
import io.broccoli.deploy.Modules;
import io.broccoli.perf.measure.Environment;
import io.broccoli.perf.measure.Latencies;
import io.broccoli.perf.measure.Table;
import io.broccoli.perf.process.ChildProcess;
import io.broccoli.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** The command. What its ancestor did on three boards is told beside it: 3.4 tasks/s, 3.05 messages and 1,251 bytes each. */
@Command(
        name = "boards",
        mixinStandardHelpOptions = true,
        description = {
            "Boards without hardware: tasks a second, round trip, messages and bytes of one board and of eight;",
            "words counted on three of them over a slow network; how soon a module is in use. Needs Node, 20 or later."
        })
public final class Boards implements Callable<Integer> {

    private static final Task<Integer> ADD = Task.of("add", Integer.class);
    private static final Task<Object> MAPPER = Task.of("mapper", Object.class);
    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final int ALONE = 500;
    private static final int GROUP = 100;
    private static final int CHUNK = 10;
    private static final String KEY = "a key";

    @Option(names = "--broker", paramLabel = "URI", description = "A broker that is there, mqtt://host:port.")
    private @Nullable String uri;

    @Option(names = "--mosquitto", description = "A mosquitto of its own. Without both: the embedded broker.")
    private boolean mosquitto;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = "That each stream takes, warm-up apart (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--delay",
            defaultValue = "400",
            description = "Of the slow network, milliseconds each way (${DEFAULT-VALUE}).")
    private int delay;

    @Option(names = "--words", defaultValue = "94", description = "To count there, a task each (${DEFAULT-VALUE}).")
    private int words;

    private final Table table = new Table(System.out);

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Broker broker = broker()) {
            Map<String, Object> env = Environment.read();
            note("%s, %s cores, %s, all on this machine", broker.name(), env.get("cores"), env.get("jdk"));
            for (int boards : new int[] {1, 8}) {
                with(broker, boards, 0, cluster -> measure(boards, cluster));
            }
            with(broker, 3, delay, this::countWords);
            with(broker, 3, 0, this::deploy);
        }
        return 0;
    }

    private Broker broker() throws IOException, InterruptedException {
        if (uri != null) {
            return Broker.at(uri, 0);
        }
        return mosquitto ? Broker.mosquitto() : Broker.embedded();
    }

    private void note(String format, @Nullable Object... args) {
        table.note(String.format(Locale.ROOT, format, args));
    }

    private interface Work {
        void on(Cluster cluster) throws InterruptedException;
    }

    private static void with(Broker broker, int count, int delay, Work work) throws IOException, InterruptedException {
        String name = "bench-" + count + "-" + delay + "-" + System.nanoTime();
        String run = Path.of(System.getProperty("broccoli.root", "."), "firmware", "run")
                .toString();
        List<String> command = List.of(
                "bash",
                run,
                "start",
                "--parent",
                "--broker",
                broker.uri(),
                "--cluster",
                name,
                "--nodes",
                "" + count,
                "--delay",
                "" + delay);
        try (ChildProcess boards = ChildProcess.start(command, Map.of("BROCCOLI_DEPLOY_KEY", KEY));
                Cluster cluster =
                        Cluster.connect(ClusterOptions.of(broker.uri()).withCluster(name))) {
            while (!boards.nextLine().contains("\"started\":" + count)) {
                // one after another
            }
            cluster.awaitNodes(count, LONGEST_START).block();
            work.on(cluster);
        }
    }

    private void measure(int boards, Cluster cluster) throws InterruptedException {
        Canvas canvas = Canvas.on(cluster);
        stream(canvas, seconds / 2); // warm
        double rate = stream(canvas, seconds);
        Latencies latencies = new Latencies();
        Canvas alone = canvas.withWindow(1);
        for (int i = 0; i < ALONE; i++) {
            long began = System.nanoTime();
            require(alone.run(ADD.s(i, i)).block(BOUND), 2 * i);
            latencies.record(System.nanoTime() - began);
        }
        note(
                "%d board%s: %,.0f tasks/s; a lone task %.1f ms there and back (median), %.1f ms at most for 99 %%",
                boards, boards == 1 ? "" : "s", rate, latencies.percentile(50) / 1e3, latencies.percentile(99) / 1e3);
        var group = Canvas.group(Canvas.range(0, GROUP).map(i -> ADD.s(i, i)));
        List<List<Integer>> items =
                IntStream.range(0, GROUP).mapToObj(i -> List.of(i, i)).toList();
        count("  a group of 100", cluster, () -> canvas.run(group).block(BOUND));
        count("  in chunks of 10", cluster, () -> canvas.run(Canvas.chunks(ADD, items, CHUNK))
                .block(BOUND));
        count("  one at a time", cluster, () -> Flux.range(0, GROUP)
                .transform(alone.map(ADD.s(8)))
                .blockLast(BOUND));
    }

    private static void require(@Nullable Object result, Object expected) {
        if (!expected.equals(result)) {
            throw new IllegalStateException("a board answered " + result + ", and right is " + expected);
        }
    }

    /** Tasks a second. */
    private static double stream(Canvas canvas, double seconds) {
        long began = System.nanoTime();
        long[] count = {0};
        Flux.range(0, Integer.MAX_VALUE)
                .transform(canvas.map(ADD.s(1)))
                .takeUntil(result -> System.nanoTime() - began > seconds * 1e9)
                .doOnNext(result -> require(result, (int) ++count[0]))
                .blockLast(BOUND.plusSeconds((long) seconds));
        return count[0] / ((System.nanoTime() - began) / 1e9);
    }

    private void count(String what, Cluster cluster, Runnable job) throws InterruptedException {
        job.run();
        Thread.sleep(Messages.IDLE.toMillis());
        Traffic before = Traffic.of(cluster);
        job.run();
        Traffic used = Traffic.of(cluster).since(before);
        note("%s: %.2f messages and %.1f payload bytes each", what, used.messages() / GROUP, used.bytes() / GROUP);
    }

    private void countWords(Cluster cluster) {
        List<String> text = IntStream.range(0, words).mapToObj(i -> "word" + i).toList();
        for (String when : List.of("at first", "and again")) {
            long began = System.nanoTime();
            Long counted = Flux.fromIterable(text)
                    .transform(Canvas.on(cluster).map(MAPPER))
                    .count()
                    .block(BOUND);
            double took = (System.nanoTime() - began) / 1e9;
            require(counted, (long) words);
            note("%d words on 3 boards, %d ms each way, a task each, %s: %.2f s", words, delay, when, took);
        }
    }

    /** A module in the middle of a stream; from the call until all boards use it. */
    private void deploy(Cluster cluster) {
        Modules modules = Modules.on(cluster, KEY);
        Disposable stream = Flux.range(0, Integer.MAX_VALUE)
                .transform(Canvas.on(cluster).map(ADD.s(1)))
                .subscribe();
        try {
            for (int version = 1; version <= 3; version++) {
                Module module = Module.of(
                        "water", "def water(x):\n    return x + " + version + "\n\nTASKS = {'water': water}\n");
                long began = System.nanoTime();
                Long deployed = modules.deploy(module)
                        .filter(DeploymentEvent.Deployed.class::isInstance)
                        .count()
                        .block(BOUND);
                require(deployed, 3L);
                note(
                        "a module on 3 boards, one after another, beside a stream: %.2f s",
                        (System.nanoTime() - began) / 1e9);
            }
        } finally {
            stream.dispose();
        }
    }
}
