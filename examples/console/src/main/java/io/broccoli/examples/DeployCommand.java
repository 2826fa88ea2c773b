package io.broccoli.examples;

import io.broccoli.cluster.Cluster;
import io.broccoli.deploy.DeploymentEvent;
import io.broccoli.deploy.Module;
import io.broccoli.deploy.Modules;
import io.broccoli.examples.text.Json;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;

/** {@code broccoli deploy}: new functions for nodes that run. */
@Command(
        name = "deploy",
        description = {
            "Deploys modules (files of functions) to running nodes, or removes them, one node after another. Boards"
                    + " accept Python files, JVM nodes accept jars. A node on which it fails keeps the version that"
                    + " it had. Nodes accept only modules that are signed with their key.",
            "",
            "  broccoli deploy tasks.py tasks.jar --key-file key"
        },
        mixinStandardHelpOptions = true)
final class DeployCommand implements Callable<Integer> {

    /** How long after the first announcement the others arrive. */
    private static final Duration OTHERS_COME = Duration.ofMillis(400);

    @Mixin
    private NetworkOptions.OrLocal options = new NetworkOptions.OrLocal();

    @Mixin
    private DeployKey key = new DeployKey();

    @Mixin
    private OlderKey olderKey = new OlderKey();

    @Parameters(
            paramLabel = "FILE.py|FILE.jar",
            arity = "0..*",
            description = "Module; its name is that of the file, without the version of a jar: acme-tasks-1.0.jar is"
                    + " acme-tasks.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--remove", paramLabel = "MODULE", description = "Remove a module; may be repeated.")
    private List<String> removed = new ArrayList<>();

    @Option(
            names = "--nodes",
            split = ",",
            paramLabel = "NODE",
            description = "Deploy to these nodes only. Default: all that accept it.")
    private String[] nodes = {};

    @Option(
            names = "--nodes-cluster",
            paramLabel = "NAME",
            description = "Cluster of the nodes, if a relay connects them to this one. Default: that of --cluster.")
    private @Nullable String nodesCluster;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            defaultValue = "1",
            description = "Nodes updated at a time. Default: 1.")
    private int atOnce;

    @Option(names = "--stop-at-failure", description = "Stop at the first failure.")
    private boolean stops;

    @Option(names = "--stay", description = "Run until Ctrl-C, and deploy to nodes that join later.")
    private boolean stays;

    @Option(names = "--json", description = "Print one line of JSON for each event.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private boolean failed;

    @Override
    public Integer call() throws Exception {
        if (files.isEmpty() == removed.isEmpty()) {
            throw usage("either files to deploy, or --remove");
        }
        if (stays && files.isEmpty()) {
            throw usage("--stay needs files to deploy");
        }
        List<Module> modules = files.stream().map(this::read).toList();
        String secret = key.key()
                .orElseThrow(() -> usage("the key of the cluster is needed: --key-file, or " + DeployKey.VARIABLE));
        try (Session session = Session.join(options, spec.commandLine().getErr())) {
            session.awaitConnected();
            gather(session.cluster());
            // Printed by this thread, since a full pipe would hold up one of the cluster's.
            work(on(session.cluster(), secret), modules).toIterable(1).forEach(this::print);
            return session.status(failed ? Broccoli.FAILED : 0);
        }
    }

    private Modules on(Cluster cluster, String secret) {
        try {
            Modules on = Modules.on(cluster, secret)
                    .withNodes(nodes)
                    .withAtOnce(atOnce)
                    .withTimeout(options.timeout);
            Modules there = nodesCluster == null ? on : on.withClusterName(nodesCluster);
            return olderKey.key(Optional.of(secret)).map(there::withOlderKey).orElse(there);
        } catch (IllegalArgumentException wrong) {
            throw usage(wrong.getMessage());
        }
    }

    private Flux<DeploymentEvent> work(Modules on, List<Module> modules) {
        if (stays) {
            return on.keep(modules.toArray(Module[]::new));
        }
        Modules chosen = stops ? on.stoppingAtFailure() : on;
        Flux<DeploymentEvent> all = Flux.concat(
                Flux.fromIterable(modules).concatMap(chosen::deploy, 1),
                Flux.fromIterable(removed).concatMap(chosen::remove, 1));
        return stops ? all.takeUntil(DeploymentEvent.Failed.class::isInstance) : all;
    }

    /**
     * Waits for announcements. Retained ones arrive at once after the connection. A missing node fails later, by name.
     */
    private void gather(Cluster cluster) {
        cluster.awaitNodes(
                        known -> known.stream()
                                .map(each -> each.name())
                                .collect(Collectors.toSet())
                                .containsAll(Set.of(nodes)),
                        options.timeout)
                .onErrorComplete(TimeoutException.class)
                .then(cluster.awaitNodes(1, options.timeout).onErrorComplete(TimeoutException.class))
                .delayElement(OTHERS_COME)
                .block();
    }

    private Module read(Path file) {
        try {
            return Module.of(file);
        } catch (UncheckedIOException unreadable) {
            throw usage(file + " cannot be read");
        } catch (IllegalArgumentException wrong) {
            throw usage(wrong.getMessage());
        }
    }

    private ParameterException usage(@Nullable String message) {
        return new ParameterException(spec.commandLine(), String.valueOf(message));
    }

    // ---- what is told

    private void print(DeploymentEvent event) {
        failed |= event instanceof DeploymentEvent.Failed;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(line(event)));
        } else if (event instanceof DeploymentEvent.Failed failure) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("broccoli: " + event.node() + "  " + event.module() + "  failed: " + failure.text());
            err.flush();
        } else {
            String news = describe(event);
            if (!news.isEmpty()) {
                out.println(event.node() + "  " + event.module() + "  " + news);
            }
        }
        out.flush();
    }

    private String describe(DeploymentEvent event) {
        if (event instanceof DeploymentEvent.Progress progress) {
            return options.verbose.length == 0 ? "" : progress.bytes() + " of " + progress.of() + " bytes";
        }
        if (event instanceof DeploymentEvent.Deployed deployed) {
            return "version " + deployed.version() + ": " + String.join(" ", deployed.tasks());
        }
        if (event instanceof DeploymentEvent.NotTaken) {
            return "left out: it accepts modules of another kind";
        }
        return event instanceof DeploymentEvent.Present present ? "has version " + present.version() : "removed";
    }

    private static Map<String, @Nullable Object> line(DeploymentEvent event) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("node", event.node());
        line.put("module", event.module());
        if (event instanceof DeploymentEvent.Progress progress) {
            line.put("bytes", progress.bytes());
            line.put("of", progress.of());
        } else if (event instanceof DeploymentEvent.Deployed deployed) {
            line.put("deployed", deployed.version());
            line.put("tasks", deployed.tasks());
        } else if (event instanceof DeploymentEvent.Present present) {
            line.put("present", present.version());
        } else if (event instanceof DeploymentEvent.NotTaken) {
            line.put("taken", false);
        } else if (event instanceof DeploymentEvent.Removed) {
            line.put("removed", true);
        } else if (event instanceof DeploymentEvent.Failed failure) {
            line.put("failed", failure.failure().kind().name());
            line.put("text", failure.text());
        }
        return line;
    }
}
