package io.broccoli.examples;

import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.deploy.Module;
import io.broccoli.deploy.ModuleReceiver;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.examples.tasks.Machine;
import io.broccoli.node.DrainReport;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskDefinition;
import io.broccoli.task.TaskRegistry;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broccoli node}: a node with the built-in tasks, until Ctrl-C or SIGTERM. */
@Command(
        name = "node",
        description =
                "Runs a node with the built-in tasks until Ctrl-C. Ctrl-C drains it: running tasks finish. A second"
                        + " Ctrl-C ends it at once. With a key it also accepts jars with other tasks (broccoli"
                        + " deploy). There is no sandbox: whoever has the key can run any code here.",
        mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {

    /** How long running tasks may take after Ctrl-C. Queued ones are handed back at once. */
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(10);

    @Mixin
    private NetworkOptions.OrLocal options = new NetworkOptions.OrLocal();

    @Mixin
    private SiteOptions site = new SiteOptions();

    @Option(
            names = "--queue",
            paramLabel = "N",
            description = "Places for waiting tasks. Default: 1,024 less the workers.")
    private @Nullable Integer queue;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Tasks that run at once. Default: one for each processor, at most 64.")
    private @Nullable Integer workers;

    @Option(
            names = "--max-weight",
            paramLabel = "N",
            description = "What a member may weigh at most among those that want more than the node has, whatever it"
                    + " says: 1 to 16. With 1 all count the same. Default: 16.")
    private int maxWeight = NodeOptions.DEFAULTS.maxWeight();

    @Option(
            names = "--task-limit",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Longest time that a task may run. A task that takes longer fails with TIMEOUT and is told to"
                    + " stop. Default: no limit.")
    private Duration taskLimit = Duration.ZERO;

    @Mixin
    private DeployKey key = new DeployKey();

    @Mixin
    private OlderKey olderKey = new OlderKey();

    @Option(
            names = "--tasks",
            paramLabel = "FILE.jar",
            description =
                    "Jar whose tasks and feeds the node offers from its start, beside the built-in ones and in the"
                            + " place of those of the same name; may be repeated. No key is needed.")
    private List<Path> jars = new ArrayList<>();

    @Option(
            names = "--modules",
            paramLabel = "FOLDER",
            description =
                    "Folder that keeps modules over a restart, for this node only. Needs the key. Default: in memory.")
    private @Nullable Path modules;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Optional<ModuleReceiver> receiver = receiver();
        Map<Module, TaskRegistry> brought = brought();
        URI broker = options.brokerOr(NetworkOptions.DEFAULT_BROKER);
        String member = options.member(broker, "node-");
        ClusterOptions joining = options.joining(broker).withMember(member);
        TaskRegistry tasks =
                BuiltInTasks.builder().source("load", Machine.load()).build();
        try (Cleanup cleanup = new Cleanup()) {
            Node node = cleanup.open(() -> Node.start(joining, size(), tasks));
            node.cluster().events().subscribe(event -> hear(member, broker, event));
            Membership membership = new Membership(node.cluster());
            cleanup.open(() -> () -> leave(node, membership));
            brought.forEach((module, found) -> offer(node, module, found));
            if (receiver.isPresent()) {
                receiver.get().on(node).block();
                say(member + ": accepts modules that are signed with the key");
            }
            say(member + ": offers " + names(tasks) + " to cluster '" + options.cluster + "'; Ctrl-C ends it");
            return membership.await(spec.commandLine().getErr());
        }
    }

    private Optional<ModuleReceiver> receiver() {
        Path folder = modules;
        Optional<ModuleReceiver> receiver = key.key().map(ModuleReceiver::withKey);
        Optional<String> older = olderKey.key(key.key());
        if (older.isPresent()) {
            receiver = receiver.map(each -> each.withOlderKey(older.get()));
        }
        if (folder != null && receiver.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--modules needs the key of the cluster: --key-file, or " + DeployKey.VARIABLE);
        }
        return folder == null ? receiver : receiver.map(each -> each.withFolder(folder));
    }

    private Map<Module, TaskRegistry> brought() {
        Map<Module, TaskRegistry> brought = new LinkedHashMap<>();
        for (Path jar : jars) {
            Module module = read(jar);
            if (brought.keySet().stream().anyMatch(each -> each.name().equals(module.name()))) {
                throw usage("two jars of --tasks are the module " + module.name());
            }
            brought.put(module, tasksOf(module));
        }
        return brought;
    }

    private Module read(Path jar) {
        if (!String.valueOf(jar.getFileName()).endsWith(".jar")) {
            throw usage("--tasks takes jars, not " + jar);
        }
        try {
            return Module.of(jar);
        } catch (UncheckedIOException unreadable) {
            throw usage(jar + " cannot be read");
        } catch (IllegalArgumentException wrong) {
            throw usage(String.valueOf(wrong.getMessage()));
        }
    }

    private TaskRegistry tasksOf(Module module) {
        try {
            return module.tasks();
        } catch (IllegalArgumentException wrong) {
            throw usage(String.valueOf(wrong.getMessage()));
        }
    }

    private void offer(Node node, Module module, TaskRegistry tasks) {
        try {
            node.offer(module.name(), module.version(), tasks).block();
        } catch (IllegalArgumentException wrong) {
            throw usage(module.name() + ": " + wrong.getMessage());
        }
        say(node.name() + ": offers " + names(tasks) + " of " + module);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private NodeOptions size() {
        NodeOptions size = NodeOptions.DEFAULTS.withSite(site.site());
        int atOnce = workers == null ? size.workers() : workers;
        int waiting = queue == null ? Math.max(0, size.capacity() - atOnce) : queue;
        try {
            return size.withQueue(0)
                    .withWorkers(atOnce)
                    .withQueue(waiting)
                    .withMaxWeight(maxWeight)
                    .withTaskLimit(taskLimit);
        } catch (IllegalArgumentException impossible) {
            throw new ParameterException(spec.commandLine(), String.valueOf(impossible.getMessage()));
        }
    }

    private void leave(Node node, Membership membership) {
        if (membership.hasLeft()) {
            return; // it handed back what it could
        }
        Duration bound = options.timeout.compareTo(LONGEST_DRAIN) < 0 ? options.timeout : LONGEST_DRAIN;
        say(node.name() + ": draining, at most " + DurationConverter.format(bound) + "; Ctrl-C again leaves at once");
        Signals.nextOneEndsTheProcess();
        DrainReport report = node.drain(bound).onErrorComplete().block(bound.plusSeconds(1));
        if (report != null) {
            say(node.name() + ": " + report.finished() + " finished, " + report.returned() + " handed back, "
                    + report.stillRunning() + " still running");
        }
        say(node.name() + ": left after " + node.stats().succeeded() + " tasks done and "
                + node.stats().failed() + " failed");
    }

    private void hear(String member, URI broker, ClusterEvent event) {
        if (event instanceof ClusterEvent.Connected) {
            say(member + ": connected to " + broker);
        } else if (event instanceof ClusterEvent.Disconnected lost) {
            say(member + ": " + lost.cause().getMessage() + "; trying again");
        }
    }

    private void say(String news) {
        if (!options.quiet) {
            spec.commandLine().getOut().println(news);
        }
    }

    private static String names(TaskRegistry tasks) {
        return tasks.all().stream().map(TaskDefinition::name).collect(Collectors.joining(", "));
    }
}
