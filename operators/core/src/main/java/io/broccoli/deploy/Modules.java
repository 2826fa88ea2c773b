package io.broccoli.deploy;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
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
 * Deploys modules to running nodes, and removes them. Immutable and thread-safe; no method blocks.
 *
 * <p>A node accepts modules only if it was given a key, and only if each step is signed with this key for a challenge
 * that the node gave, so that no step is of use twice, at another node, or in another cluster. Nothing is sent
 * before the subscription. Nodes are updated one after another, unless {@link #withAtOnce} is set. A failure on a node
 * is an event; the node keeps the version that it had, and the other nodes are updated, unless
 * {@link #stoppingAtFailure} is set. Cancelling stops the deployment: each node then has either the older or the newer
 * version. Events follow demand; without demand the deployment pauses.
 */
public final class Modules {

    private static final int MOST_AT_ONCE = 256;

    private final Cluster cluster;
    private final String clusterName;
    private final Keyring keys;
    private final Set<String> names; // all nodes, where there are none
    private final int atOnce;
    private final boolean stopping;
    private final Duration timeout;

    private Modules(
            Cluster cluster,
            String clusterName,
            Keyring keys,
            Set<String> names,
            int atOnce,
            boolean stopping,
            Duration timeout) {
        this.cluster = cluster;
        this.clusterName = clusterName;
        this.keys = keys;
        this.names = names;
        this.atOnce = atOnce;
        this.stopping = stopping;
        this.timeout = timeout;
    }

    /**
     * Deploys to all nodes of a cluster that accept modules.
     *
     * @param key the key that the nodes were given
     * @throws IllegalArgumentException if the key is empty
     */
    public static Modules on(Cluster cluster, byte[] key) {
        return new Modules(cluster, cluster.clusterName(), Keyring.of(key), Set.of(), 1, false, Duration.ofSeconds(30));
    }

    /** As {@link #on(Cluster, byte[])}, with the UTF-8 bytes of a text as key. */
    public static Modules on(Cluster cluster, String key) {
        return on(cluster, Keyring.bytes(key));
    }

    /**
     * Also deploys to nodes that have only this key yet, the one before, while keys are rotated. Each node is asked with
     * the newer key first.
     *
     * @throws IllegalArgumentException if the key is empty
     */
    public Modules withOlderKey(byte[] key) {
        return new Modules(cluster, clusterName, keys.withOlder(key), names, atOnce, stopping, timeout);
    }

    /** As {@link #withOlderKey(byte[])}, with the UTF-8 bytes of the text. */
    public Modules withOlderKey(String key) {
        return withOlderKey(Keyring.bytes(key));
    }

    /**
     * Sets the name of the nodes' cluster, for nodes of another cluster behind a relay. Signatures cover it. Default:
     * that of this member.
     */
    public Modules withClusterName(String value) {
        return new Modules(cluster, value, keys, names, atOnce, stopping, timeout);
    }

    /**
     * Deploys to these nodes only; to all if none is given. A named node that is missing, or accepts no modules, fails.
     */
    public Modules withNodes(String... nodes) {
        return new Modules(cluster, clusterName, keys, Set.of(nodes), atOnce, stopping, timeout);
    }

    /**
     * Sets how many nodes are updated at the same time: 1 to 256, default 1.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Modules withAtOnce(int nodes) {
        if (nodes < 1 || nodes > MOST_AT_ONCE) {
            throw new IllegalArgumentException("1 to " + MOST_AT_ONCE + " nodes at once, not " + nodes);
        }
        return new Modules(cluster, clusterName, keys, names, nodes, stopping, timeout);
    }

    /**
     * Stops at the first failure: no further node is updated, and updates in progress are cancelled. No effect on
     * {@link #keep}.
     */
    public Modules stoppingAtFailure() {
        return new Modules(cluster, clusterName, keys, names, atOnce, true, timeout);
    }

    /**
     * Sets the time-out of each step on a node, default 30 s. A step transfers one piece of the module, of at most 32
     * KiB; about 800 bytes for a board. Nodes give up a transfer of which no piece came for two minutes.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Modules withTimeout(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("the time-out of a step must be positive, not " + value);
        }
        return new Modules(cluster, clusterName, keys, names, atOnce, stopping, value);
    }

    /**
     * Deploys a module to the nodes that are known at subscription. On each node it replaces its older version in one
     * step. Running tasks finish on the older version; queued ones run on the newer version, or on another node that
     * offers them.
     *
     * @return emits for each node its progress and then the result, and a {@link DeploymentEvent.NotTaken} for each
     *     node that accepts only modules of another kind, unless nodes were named ({@link #withNodes}); errors with a
     *     {@link io.broccoli.task.TaskException} of the kind {@link FailureKind#UNKNOWN_TASK} if no node accepts the
     *     module
     */
    public Flux<DeploymentEvent> deploy(Module module) {
        return rolling(module.name(), module.kind()::isTakenBy, node -> of(node).deploy(module));
    }

    /**
     * Removes a module and its tasks from the nodes that are known at subscription.
     *
     * @return emits the result for each node; errors as {@link #deploy} does
     * @throws IllegalArgumentException if the name is not a valid name of a module
     */
    public Flux<DeploymentEvent> remove(String module) {
        ModuleKind.JAR.checkName(module); // the wider of the two
        return rolling(module, ModuleKind::anyIsTakenBy, node -> of(node).remove(module));
    }

    /**
     * Deploys modules to the known nodes, and to each node that joins later without them, until it is cancelled or the
     * member is closed. Each life of a node is updated once: a module that is removed or replaced meanwhile is not
     * deployed again. If the module fails on a node or is refused, it is not tried again in that life. A deployment
     * that was lost in transit is tried at most three times, with pauses of at least 30 s.
     */
    public Flux<DeploymentEvent> keep(Module... modules) {
        List<Module> all = List.of(modules);
        return Flux.defer(() -> new Keeping(cluster, all, atOnce, this::isMeant, this::of).events());
    }

    /**
     * The modules of a node, by name, with their versions. The version of a module that is left out, because it cannot
     * be loaded or crashed the node twice, ends with {@code " (disabled)"}. No key is needed. Asks the node when it is
     * subscribed.
     *
     * @param cluster the cluster
     * @param node the name of the node
     * @param timeout how long to wait for the answer
     * @return emits the modules; completes empty if the node accepts no modules; errors with a
     *     {@link io.broccoli.task.TaskException} if the node does not answer
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
        return new NodeModules(cluster, clusterName, keys, timeout, node);
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
                        ? "No node accepts modules: start some with deploy_key, the key of the cluster"
                        : "No node accepts the module " + module + ": boards accept .py, JVM nodes accept .jar";
                return Flux.error(TaskOutcome.Failure.of(FailureKind.UNKNOWN_TASK, message, ModuleKind.PYTHON.opening())
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
