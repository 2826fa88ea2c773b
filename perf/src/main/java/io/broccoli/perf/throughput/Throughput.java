package io.broccoli.perf.throughput;

import io.broccoli.cluster.Cluster;
import io.broccoli.perf.measure.Environment;
import io.broccoli.perf.measure.Meter;
import io.broccoli.perf.measure.Report;
import io.broccoli.perf.measure.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command. Its exit status is 0 unless a result was wrong: a slow run is no failure. */
@Command(
        name = "throughput",
        mixinStandardHelpOptions = true,
        description = "Items a second, cost and latency over a broker, compared with hand-written code.")
public final class Throughput implements Callable<Integer> {

    private static final double LEAST_RATE = 0.7;
    private static final double MOST_LATENCY = 1.2;
    private static final int BATCH = 64;
    private static final int GROUP = 10_000;
    private static final int MAP = 1_000_000;

    /** As many as a canvas has under way by itself. */
    private static final int WINDOW = 1_024;

    /** As many as {@code --inflight} has when it is left alone. */
    private static final int DEFAULT_WINDOWS = 4;

    private static final int[] TCP_WINDOWS = {1, 16, 256};

    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    @Option(names = "--broker", paramLabel = "URI", description = "A running broker, mqtt://host:port.")
    private @Nullable String uri;

    @Option(names = "--broker-pid", paramLabel = "PID", description = "Process of the broker, to measure its CPU time.")
    private long brokerPid;

    @Option(names = "--mosquitto", description = "Start a mosquitto. Default: the embedded broker.")
    private boolean mosquitto;

    @Option(
            names = "--transport",
            defaultValue = "mqtt",
            paramLabel = "mqtt|tcp",
            description = "tcp: without a broker, compared with RSocket and a raw echo; 1, 16 and 256 in flight.")
    private String transport = "mqtt";

    @Option(
            names = "--inflight",
            split = ",",
            defaultValue = "1,16,256,4096",
            paramLabel = "W",
            description = "Most items in flight (${DEFAULT-VALUE}).")
    private int[] inFlight = {};

    @Option(names = "--qos", split = ",", defaultValue = "0,1", description = "MQTT QoS (${DEFAULT-VALUE}).")
    private int[] qos = {};

    @Option(names = "--nodes", defaultValue = "2", description = "Node processes (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--pairs", description = "Runs of each side (5; 3 with --quick).")
    private int pairs;

    @Option(names = "--quick", description = "Short and coarse, for CI.")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            defaultValue = "sweep,group,map,messages,guarantees",
            paramLabel = "SCENARIO",
            description = "Scenarios to run, of ${DEFAULT-VALUE}.")
    private Set<String> only = Set.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Result file, instead of perf/out/run-<utc>.json.")
    private @Nullable Path json;

    @Option(names = "--node-jvm", split = " ", paramLabel = "OPTIONS", description = "Options for the node processes.")
    private List<String> nodeJvm = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Table table = new Table(System.out);
        if (transport.equals("tcp")) {
            return tcp(table);
        }
        try (Broker broker = broker();
                Fleet fleet = Fleet.start(broker, nodes, nodeJvm)) {
            Map<String, Object> env = new LinkedHashMap<>(Environment.read());
            env.put("broker", broker.name());
            env.put("nodes", nodes);
            Map<String, Object> messages = new LinkedHashMap<>();
            env.put("messages", messages);
            Map<String, Object> guarantees = new LinkedHashMap<>();
            env.put("guarantees", guarantees);
            table.note(broker.name() + ", " + nodes + " node processes, " + env.get("cores") + " cores, "
                    + env.get("jdk"));
            Report report = new Report(env, table);
            Meter meter = new Meter(quick ? 2 : 10, quick ? 0.3 : 2.2, broker.port());
            for (int level : qos) {
                measure(broker, fleet, level, meter, report);
            }
            if (only.contains("messages")) {
                countMessages(broker, new Messages(table, messages));
            }
            if (only.contains("guarantees")) {
                measureGuarantees(broker, new Guarantees(table, guarantees, turns()));
            }
            report.write(json, "run");
        }
        return 0;
    }

    private int tcp(Table table) throws IOException, InterruptedException {
        Map<String, Object> env = new LinkedHashMap<>(Environment.read());
        env.put("broker", "none");
        table.note("TCP without a broker, one node process, " + env.get("cores") + " cores, " + env.get("jdk"));
        Report report = new Report(env, table);
        new TcpThroughput(inFlight.length == DEFAULT_WINDOWS ? TCP_WINDOWS : inFlight, quick, turns(), nodeJvm)
                .measure(report);
        report.write(json, "run");
        return 0;
    }

    private int turns() {
        return pairs > 0 ? pairs : quick ? 3 : 5;
    }

    private Broker broker() throws IOException, InterruptedException {
        if (uri != null) {
            return Broker.at(uri, brokerPid);
        }
        return mosquitto ? Broker.mosquitto() : Broker.embedded();
    }

    private void measure(Broker broker, Fleet fleet, int level, Meter meter, Report report)
            throws InterruptedException {
        try (Cluster cluster = join(broker, Arena.ALL[level]);
                Yardstick yardstick = new Yardstick(broker.uri(), nodes, level, fleet.yardsticks())) {
            MapSubject map = new MapSubject("canvas.map", cluster, fleet.ours());
            for (int window : only.contains("sweep") ? inFlight : new int[0]) {
                Duel duel = new Duel("sweep", params(level, window), 0, window, map).against(yardstick, 1);
                if (window >= BATCH) {
                    duel.against(yardstick, BATCH);
                }
                duel.fight(meter, turns(), report, window == 1 ? MOST_LATENCY : LEAST_RATE);
            }
            if (only.contains("group")) {
                new Duel(
                                "group 10k",
                                params(level, WINDOW),
                                0,
                                WINDOW,
                                new Bursts(new GroupSubject(cluster, GROUP, fleet.ours()), GROUP))
                        .against(new Bursts(yardstick, GROUP), BATCH)
                        .fight(meter, turns(), report, LEAST_RATE);
            }
            if (only.contains("map")) {
                new Duel("map 1M", params(level, WINDOW), quick ? MAP / 10 : MAP, WINDOW, map)
                        .against(yardstick, BATCH)
                        .fight(meter, turns(), report, LEAST_RATE);
            }
        }
    }

    private void countMessages(Broker broker, Messages messages) throws InterruptedException {
        try (Cluster batched = join(broker, Arena.ALL[0]);
                Cluster single = join(broker, Arena.ALL[2])) {
            messages.count(batched, single);
        }
    }

    private void measureGuarantees(Broker broker, Guarantees guarantees) throws InterruptedException {
        try (Cluster cluster = join(broker, Arena.ALL[0]);
                Cluster acknowledged = join(broker, Arena.ALL[1])) {
            guarantees.measure(cluster, acknowledged);
        }
    }

    private Cluster join(Broker broker, Arena arena) {
        Cluster cluster = Cluster.connect(arena.options(broker.uri()));
        cluster.awaitNodes(nodes, LONGEST_START).block();
        return cluster;
    }

    private static Map<String, Object> params(int level, int window) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("qos", level);
        params.put("W", window);
        return params;
    }
}
