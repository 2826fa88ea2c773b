package io.broccoli.deploy;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Brings new functions to nodes that run, and takes them away. Immutable; any thread may call any method, and none blocks.
 *
 * <p>Nodes take modules only if they were given a key, and only what is signed with it. Nothing is sent before the subscription.
 * Nodes are served one after another ({@link #withAtOnce}). A failure on a node is an event, and the others go on
 * ({@link #stoppingAtFailure}); the node goes on with what it had. Cancelling ends what is under way: a node then has either the
 * older or the newer version. Events come as they are asked for; a subscriber that asks for no more holds up the work.
 */
public final class Modules {

    private static final int MOST_AT_ONCE = 256;

    private final Cluster cluster;
    private final Signer signer;
    private final Set<String> names; // all nodes, where there are none
    private final int atOnce;
    private final boolean stopping;
    private final Duration timeout;

    private Modules(Cluster cluster, Signer signer, Set<String> names, int atOnce, boolean stopping, Duration timeout) {
        this.cluster = cluster;
        this.signer = signer;
        this.names = names;
        this.atOnce = atOnce;
        this.stopping = stopping;
        this.timeout = timeout;
    }

    /**
     * Modules on all nodes of a cluster that take them.
     *
     * @param key that the nodes were given
     * @throws IllegalArgumentException if the key is empty
     */
    public static Modules on(Cluster cluster, byte[] key) {
        return new Modules(cluster, new Signer(key), Set.of(), 1, false, Duration.ofSeconds(30));
    }

    /** A key as text, in UTF-8. */
    public static Modules on(Cluster cluster, String key) {
        return on(cluster, key.getBytes(StandardCharsets.UTF_8));
    }

    /** Only these nodes, or all if there are none. One that is not there, or takes no modules, fails. */
    public Modules withNodes(String... nodes) {
        return new Modules(cluster, signer, Set.of(nodes), atOnce, stopping, timeout);
    }

    /** How many nodes are served at a time: 1 to 256; 1 unless it is given. */
    public Modules withAtOnce(int nodes) {
        if (nodes < 1 || nodes > MOST_AT_ONCE) {
            throw new IllegalArgumentException("1 to " + MOST_AT_ONCE + " nodes at once, not " + nodes);
        }
        return new Modules(cluster, signer, names, nodes, stopping, timeout);
    }

    /** After the first failure no other node is begun, and what is under way is cancelled. Of no effect for {@link #keep}. */
    public Modules stoppingAtFailure() {
        return new Modules(cluster, signer, names, atOnce, true, timeout);
    }

    /** How long each step on a node may take (there is one for about each 900 bytes); 30 s unless it is given. */
    public Modules withTimeout(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("a step needs some time, not " + value);
        }
        return new Modules(cluster, signer, names, atOnce, stopping, value);
    }

    /**
     * Brings a module to the nodes that are known when it is subscribed to. It takes the place of its older version in one step;
     * tasks that a node held for the older one are done by it, or by whoever offers them.
     *
     * @return for each node its progress, then what came of it; of nodes that take only modules of other kinds, unless they were
     *     named ({@link #withNodes}), a {@link DeploymentEvent.NotTaken}. Errors with a {@link io.broccoli.task.TaskException} of
     *     {@link FailureKind#UNKNOWN_TASK} if no node takes it
     */
    public Flux<DeploymentEvent> deploy(Module module) {
        return rolling(module.name(), module.kind()::isTakenBy, node -> of(node).deploy(module));
    }

    /**
     * Takes a module away, with its tasks.
     *
     * @return for each node what came of it; errors as {@link #deploy} does
     * @throws IllegalArgumentException if it is no name of a module
     */
    public Flux<DeploymentEvent> remove(String module) {
        Module.checkName(module);
        return rolling(module, ModuleKind::anyIsTakenBy, node -> of(node).remove(module));
    }

    /**
     * Brings modules to the nodes that are known now, and to each that comes later without them, until it is cancelled or the
     * member is closed. Each life of a node is served once: a module that another takes away or replaces meanwhile is not brought
     * back. What cannot work on a node (the module fails there, or is refused) is not tried again in that life; what was lost on
     * the way is, at most three times, with half a minute or more between.
     */
    public Flux<DeploymentEvent> keep(Module... modules) {
        List<Module> all = List.of(modules);
        return Flux.defer(() -> new Keeping(cluster, all, atOnce, this::isMeant, this::of).events());
    }

    /**
     * What modules a node has, with their versions; behind that of one which is left out, because it cannot be loaded or brought the
     * node down twice, is {@code " (disabled)"}. No key is needed. Asks when it is subscribed.
     *
     * @param timeout how long it may take
     * @return empty if the node takes no modules; errors with a {@link io.broccoli.task.TaskException} if it does not answer
     */
    public static Mono<Map<String, String>> installed(Cluster cluster, String node, Duration timeout) {
        return Mono.defer(() -> {
            Map<String, String> modules = new TreeMap<>();
            return cluster.nodes().stream().noneMatch(each -> each.name().equals(node) && ModuleKind.anyIsTakenBy(each))
                    ? Mono.empty()
                    : Canvas.on(cluster)
                            .routedBy(Router.toNode(node))
                            .withTimeout(timeout)
                            .run(NodeModules.MODULES.s())
                            .map(value -> {
                                if (value instanceof Map<?, ?> map) {
                                    map.forEach((name, version) ->
                                            modules.put(String.valueOf(name), String.valueOf(version)));
                                }
                                return modules;
                            });
        });
    }

    private boolean isMeant(NodeInfo node, Module module) {
        return module.kind().isTakenBy(node) && (names.isEmpty() || names.contains(node.name()));
    }

    private NodeModules of(String node) {
        return new NodeModules(cluster, signer, timeout, node);
    }

    private Flux<DeploymentEvent> rolling(
            String module, Predicate<NodeInfo> taken, Function<String, Flux<DeploymentEvent>> work) {
        return Flux.defer(() -> {
            if (!names.isEmpty()) {
                return oneAfterAnother(names.stream().sorted().toList(), work);
            }
            List<NodeInfo> known =
                    cluster.nodes().stream().filter(ModuleKind::anyIsTakenBy).toList();
            List<String> chosen =
                    known.stream().filter(taken).map(NodeInfo::name).toList();
            if (chosen.isEmpty()) {
                String message = known.isEmpty()
                        ? "No node takes modules: start some with deploy_key, the key of the cluster"
                        : "No node takes the module " + module + ": boards take .py, nodes of the JVM take .jar";
                return Flux.error(
                        TaskOutcome.Failure.of(FailureKind.UNKNOWN_TASK, message, ModuleKind.PYTHON.beginning())
                                .toException());
            }
            Flux<DeploymentEvent> others = Flux.fromIterable(known)
                    .filter(taken.negate())
                    .map(node -> new DeploymentEvent.NotTaken(node.name(), module));
            return others.concatWith(oneAfterAnother(chosen, work));
        });
    }

    private Flux<DeploymentEvent> oneAfterAnother(List<String> chosen, Function<String, Flux<DeploymentEvent>> work) {
        Flux<DeploymentEvent> events = Flux.fromIterable(chosen).flatMap(work, atOnce, 1);
        return stopping ? events.takeUntil(DeploymentEvent.Failed.class::isInstance) : events;
    }
}
