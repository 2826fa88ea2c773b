package io.broccoli.examples;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.deploy.Modules;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Site;
import io.broccoli.network.Networks;
import io.broccoli.place.Point;
import io.broccoli.task.TaskException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code broccoli nodes}: lists the nodes. */
@Command(
        name = "nodes",
        description = "Lists the nodes of a cluster: state, site, the delay of the way to the node (how long it took to"
                + " answer), queue, workers, free places, functions with the version of their module, and"
                + " modules.",
        mixinStandardHelpOptions = true)
final class NodesCommand implements Callable<Integer> {

    /** Kept announcements come at once after the connection; others are asked for, and come a little later. */
    private static final Duration NOBODY_COMES = Duration.ofSeconds(2);

    private static final Duration OTHERS_COME = Duration.ofMillis(400);

    private static final Duration MODULES_COME = Duration.ofSeconds(2);
    private static final Duration ANSWERS_COME = Duration.ofSeconds(2);
    private static final int ASKED_AT_ONCE = 32;

    @Mixin
    private NetworkOptions.OrLocal options = new NetworkOptions.OrLocal();

    @Option(
            names = "--at",
            converter = PointConverter.class,
            paramLabel = "LAT,LON",
            description = "Where you are: the distance to each node is listed, and the nearest nodes come first.")
    private @Nullable Point at;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        try (Session session = Session.join(options, spec.commandLine().getErr())) {
            List<NodeInfo> nodes = new ArrayList<>(gather(session));
            nodes.sort(Comparator.comparingDouble(this::distanceTo)); // stable: without --at by name
            if (nodes.isEmpty()) {
                spec.commandLine().getErr().println("broccoli: " + nobody(session.broker()));
                return Broccoli.FAILED;
            }
            Map<String, String> modules = modules(session.cluster(), nodes);
            Map<String, Duration> delays = delays(session.cluster(), nodes);
            boolean several = Networks.of(session.broker()).size() > 1;
            Table table = new Table(Stream.of(
                            "NAME",
                            "STATE",
                            "SITE" + (several ? " AND NETWORKS" : ""),
                            at == null ? "" : "DISTANCE",
                            "DELAY",
                            "QUEUE",
                            "WORKERS",
                            "FREE",
                            "FUNCTIONS" + (modules.isEmpty() ? "" : " AND MODULES"))
                    .filter(column -> !column.isEmpty())
                    .toArray(String[]::new));
            for (NodeInfo node : nodes) {
                List<Object> row = new ArrayList<>(List.of(
                        node.name(),
                        node.state(),
                        describe(node.site())
                                + (several ? " " + session.cluster().networks(node.name()) : "")));
                if (at != null) {
                    row.add(node.site().point().isEmpty() ? "-" : distance(distanceTo(node)));
                }
                row.addAll(List.of(
                        delay(delays.get(node.name())),
                        node.queue(),
                        node.workers(),
                        node.free(),
                        node.functions().stream().map(NodesCommand::describe).collect(Collectors.joining(" "))
                                + modules.getOrDefault(node.name(), "")));
                table.row(row.toArray());
            }
            table.print(spec.commandLine().getOut(), "");
            return 0;
        }
    }

    /** How long each node took to answer; those that did not are left out. */
    private static Map<String, Duration> delays(Cluster cluster, List<NodeInfo> nodes) {
        return Flux.fromIterable(nodes)
                .flatMap(
                        node -> cluster.roundTrip(node.name(), ANSWERS_COME)
                                .map(taken -> Map.entry(node.name(), taken))
                                .onErrorResume(none -> Mono.empty()),
                        ASKED_AT_ONCE)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .blockOptional()
                .orElseThrow();
    }

    private static String delay(@Nullable Duration taken) {
        return taken == null ? "-" : String.format(Locale.ROOT, "%.1f ms", taken.toNanos() / 1e6);
    }

    private double distanceTo(NodeInfo node) {
        Point here = at;
        return here == null
                ? Double.POSITIVE_INFINITY
                : node.site().point().map(here::distanceTo).orElse(Double.POSITIVE_INFINITY);
    }

    private static String distance(double metres) {
        return String.format(Locale.ROOT, metres < 100_000 ? "%.1f km" : "%,.0f km", metres / 1000);
    }

    /** Of each node that takes modules those that it has; only the node itself knows which of them are disabled. */
    private static Map<String, String> modules(Cluster cluster, List<NodeInfo> nodes) {
        return Flux.fromIterable(nodes)
                .flatMap(
                        node -> Modules.installed(cluster, node.name(), MODULES_COME)
                                .map(modules -> Map.entry(node.name(), describe(modules)))
                                .onErrorReturn(TaskException.class, Map.entry(node.name(), "  modules: no answer")),
                        ASKED_AT_ONCE)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .blockOptional()
                .orElseThrow();
    }

    private static String describe(Map<String, String> modules) {
        return modules.isEmpty()
                ? ""
                : modules.entrySet().stream()
                        .map(module -> module.getKey() + " " + module.getValue())
                        .collect(Collectors.joining(", ", "  modules: ", ""));
    }

    private List<NodeInfo> gather(Session session) throws Exception {
        session.awaitConnected();
        Cluster cluster = session.cluster();
        return cluster.awaitNodes(nodes -> !nodes.isEmpty(), NOBODY_COMES)
                .delayElement(OTHERS_COME)
                .map(first -> cluster.nodes())
                .onErrorReturn(TimeoutException.class, List.of())
                .blockOptional()
                .orElseThrow();
    }

    private String nobody(URI broker) {
        return "no node in cluster '" + options.cluster + "' at " + broker + "; start one with: broccoli node --broker "
                + broker;
    }

    private static String describe(FunctionInfo function) {
        return function.version().isEmpty() ? function.name() : function.name() + "@" + function.version();
    }

    static String describe(Site site) {
        StringBuilder text = new StringBuilder();
        if (site.latitude() != null && site.longitude() != null) {
            text.append(String.format(Locale.ROOT, "%.2f,%.2f", site.latitude(), site.longitude()));
        }
        new TreeMap<>(site.labels()).forEach((key, value) -> text.append(text.isEmpty() ? "" : ",")
                .append(key)
                .append('=')
                .append(value));
        return text.isEmpty() ? "-" : text.toString();
    }
}
