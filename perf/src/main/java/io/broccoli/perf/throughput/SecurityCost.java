package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Block;
import io.broccoli.perf.measure.Environment;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Meter;
import io.broccoli.perf.measure.Pairs;
import io.broccoli.perf.measure.Report;
import io.broccoli.perf.measure.Row;
import io.broccoli.perf.measure.Table;
import io.broccoli.perf.process.MosquittoProcess;
import io.broccoli.transport.broker.UsersFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command. */
@Command(
        name = "security",
        mixinStandardHelpOptions = true,
        description = {
            "What TLS, users and access rules cost: items a second, CPU time an item, round trip and bytes, in turns"
                    + " with the same cluster without them.",
            "Over mosquitto: plain; TLS; TLS with users and the rules of docs/security. Over TCP: plain; TLS."
        })
public final class SecurityCost implements Callable<Integer> {

    private static final String MOSQUITTO = "mosquitto";
    private static final String TCP = "tcp";
    private static final String ANYBODY = "allow_anonymous true";

    @Option(
            names = "--only",
            split = ",",
            defaultValue = MOSQUITTO + "," + TCP,
            paramLabel = "NETWORK",
            description = "Networks to measure, of ${DEFAULT-VALUE}.")
    private Set<String> only = Set.of();

    @Option(
            names = "--inflight",
            split = ",",
            defaultValue = "1,256",
            paramLabel = "W",
            description = "Most items in flight (${DEFAULT-VALUE}); 1 shows the round trip.")
    private int[] inFlight = {};

    @Option(names = "--pairs", defaultValue = "5", description = "Runs of each, in turns (${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--quick", description = "Short and coarse.")
    private boolean quick;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Result file, instead of perf/out/security-<utc>.json.")
    private @Nullable Path json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Set.of(MOSQUITTO, TCP).containsAll(only) || turns < 1) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--only takes mosquitto and tcp, not " + String.join(", ", only) + "; --pairs is at least 1");
        }
        Table table = new Table(System.out);
        Map<String, Object> env = new LinkedHashMap<>(Environment.read());
        table.note("One node process, " + env.get("cores") + " cores, " + env.get("jdk")
                + "; ratios are to the plain one of the same network");
        Report report = new Report(env, table);
        Path folder = Files.createTempDirectory("broccoli-bench-");
        try {
            KeyFiles keys = KeyFiles.make(folder);
            if (only.contains(MOSQUITTO)) {
                measure(MOSQUITTO, mosquittos(folder, keys), report);
            }
            if (only.contains(TCP)) {
                measure(TCP, List.of(() -> new WaySide(tcp(null), null), () -> new WaySide(tcp(keys), null)), report);
            }
        } finally {
            delete(folder);
        }
        report.write(json, "security");
        return 0;
    }

    // ---- the sides

    private interface Start {
        WaySide run() throws IOException, InterruptedException;
    }

    private static List<Start> mosquittos(Path folder, KeyFiles keys) throws IOException {
        Path users = folder.resolve("passwords");
        for (String member : List.of(WayNodeMain.NAME, WaySide.CLIENT)) {
            UsersFile.set(users, member, Way.PASSWORD);
        }
        Path rules = Path.of(System.getProperty("broccoli.root", "."), "docs", "security", "mosquitto.acl");
        String certificate = "certfile " + keys.certificate();
        String key = "keyfile " + keys.key();
        String[] locked = {
            "allow_anonymous false",
            "password_file " + users,
            "acl_file " + rules.toAbsolutePath(),
            "use_username_as_clientid true",
            certificate,
            key
        };
        return List.of(
                () -> mosquitto("plain", null, false, ANYBODY),
                () -> mosquitto("TLS", keys, false, ANYBODY, certificate, key),
                () -> mosquitto("TLS, users, rules", keys, true, locked));
    }

    private static WaySide mosquitto(String name, @Nullable KeyFiles keys, boolean users, String... access)
            throws IOException, InterruptedException {
        MosquittoProcess broker = MosquittoProcess.start(access);
        try {
            String uri = keys == null ? broker.uri() : broker.uri().replace("mqtt:", "mqtts:");
            return new WaySide(new Way(name, uri, keys, users), broker);
        } catch (IOException | RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    static Way tcp(@Nullable KeyFiles keys) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String authority = "//127.0.0.1:" + socket.getLocalPort();
            return keys == null
                    ? new Way("plain", "tcp:" + authority, null, false)
                    : new Way("TLS", "tcps:" + authority, keys, false);
        }
    }

    // ---- measuring

    /** One load after the other; in each the sides take turns, A B C A B C. */
    private void measure(String network, List<Start> starts, Report report) throws IOException, InterruptedException {
        List<WaySide> sides = new ArrayList<>();
        try {
            for (Start each : starts) {
                sides.add(each.run());
            }
            Meter meter = new Meter(
                    quick ? 2 : 8,
                    quick ? 0.3 : 2.2,
                    sides.stream().mapToInt(WaySide::port).toArray());
            for (int window : inFlight) {
                measure(network, window, sides.stream().map(WaySide::subject).toList(), meter, report);
            }
        } finally {
            sides.forEach(WaySide::close);
        }
    }

    private void measure(String network, int window, List<MapSubject> subjects, Meter meter, Report report)
            throws InterruptedException {
        List<Load> loads = new ArrayList<>();
        List<List<Block>> blocks = new ArrayList<>();
        for (MapSubject each : subjects) {
            Load load = new Load(0, window, 0);
            loads.add(meter.sized(load, meter.warmUp(each, load)));
            blocks.add(new ArrayList<>());
        }
        for (int turn = 0; turn < turns; turn++) {
            for (int i = 0; i < subjects.size(); i++) {
                blocks.get(i).add(meter.measure(subjects.get(i), loads.get(i)));
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < subjects.size(); i++) {
            Map<String, Object> params = new LinkedHashMap<>();
            params.put("W", window);
            rows.add(report.add(new Row(network, subjects.get(i).name(), params, "items/s", blocks.get(i))));
            if (i > 0) {
                Pairs pairs = Pairs.of(blocks.get(i), blocks.get(0));
                report.compare(rows.get(i), rows.get(0), pairs, Double.NaN, Double.NaN);
            }
        }
    }

    // ---- files

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }
}
