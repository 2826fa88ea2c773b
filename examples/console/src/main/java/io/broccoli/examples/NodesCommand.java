package io.broccoli.examples;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.deploy.Modules;
import io.broccoli.examples.text.Json;
import io.broccoli.network.Networks;
import io.broccoli.place.Point;
import io.broccoli.task.TaskException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
    private static final Duration LEAST_WATCH = Duration.ofMillis(100);

    /** Moves to the first place of a terminal and clears it. */
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Mixin
    private NetworkOptions.OrLocal options = new NetworkOptions.OrLocal();

    @Option(
            names = "--at",
            converter = PointConverter.class,
            paramLabel = "LAT,LON",
            description = "Where you are: the distance to each node is listed, and the nearest nodes come first.")
    private @Nullable Point at;

    @Option(
            names = "--json",
            description =
                    "Print one line of JSON for each node. Times are in milliseconds, distances in metres; what is not known is"
                            + " null.")
    private boolean json;

    @Option(
            names = "--watch",
            arity = "0..1",
            paramLabel = "TIME",
            fallbackValue = "2s",
            converter = DurationConverter.class,
            description =
                    "Print the nodes again after each TIME, until Ctrl-C. Default: ${FALLBACK-VALUE}. With --json each line"
                            + " has the time.")
    private @Nullable Duration watch;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (watch != null && watch.compareTo(LEAST_WATCH) < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--watch is at least " + DurationConverter.format(LEAST_WATCH));
        }
        try (Session session = Session.join(options, spec.commandLine().getErr())) {
            boolean any = print(session, gather(session));
            if (watch == null) {
                return any ? 0 : Broccoli.FAILED;
            }
            while (!spec.commandLine().getOut().checkError() && session.stays(watch)) { // it flushes
                print(session, session.cluster().nodes());
            }
            return session.status(0);
        }
    }

    /** @return whether there is any node */
    private boolean print(Session session, List<NodeInfo> nodes) {
        if (nodes.isEmpty()) {
            spec.commandLine().getErr().println("broccoli: " + nobody(session.broker()));
            return false;
        }
        PrintWriter out = spec.commandLine().getOut();
        List<NodeReport> all = reports(session.cluster(), nodes);
        if (json) {
            all.forEach(each -> out.println(Json.write(timed(each.json(at)))));
            return true;
        }
        OptionalInt columns = Table.columns();
        if (watch != null) {
            out.print(columns.isPresent() ? CLEAR : System.lineSeparator());
        }
        Table table = NodeReport.table(all, at, Networks.of(session.broker()).size() > 1);
        table.print(out, "", columns.orElse(Integer.MAX_VALUE));
        return true;
    }

    private Map<String, @Nullable Object> timed(Map<String, @Nullable Object> report) {
        if (watch == null) {
            return report;
        }
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("time", Instant.now().toString());
        line.putAll(report);
        return line;
    }

    private List<NodeReport> reports(Cluster cluster, List<NodeInfo> nodes) {
        Map<String, Optional<Map<String, String>>> modules = modules(cluster, nodes);
        Map<String, Duration> delays = delays(cluster, nodes);
        return nodes.stream()
                .map(node -> {
                    Optional<Map<String, String>> taken = modules.getOrDefault(node.name(), Optional.empty());
                    return new NodeReport(
                            node,
                            delays.get(node.name()),
                            modules.containsKey(node.name()),
                            taken.orElse(null),
                            cluster.networks(node.name()));
                })
                .sorted(Comparator.comparingDouble(each -> each.distance(at))) // stable: without --at by name
                .toList();
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

    /** Of each node that takes modules those that it has, if it answered; only the node itself knows which of them are disabled. */
    private static Map<String, Optional<Map<String, String>>> modules(Cluster cluster, List<NodeInfo> nodes) {
        return Flux.fromIterable(nodes)
                .flatMap(
                        node -> Modules.installed(cluster, node.name(), MODULES_COME)
                                .map(Optional::of)
                                .onErrorReturn(TaskException.class, Optional.empty())
                                .map(modules -> Map.entry(node.name(), modules)),
                        ASKED_AT_ONCE)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .blockOptional()
                .orElseThrow();
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
}
