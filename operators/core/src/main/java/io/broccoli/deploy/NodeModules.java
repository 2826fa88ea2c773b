package io.broccoli.deploy;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The modules of one node: what it has, and the steps by which that changes. A failure is the last event, never an
 * error.
 */
final class NodeModules {

    /** How often a transfer is begun anew because the node was restarted in the middle of it. */
    private static final int MOST_RESTARTS = 2;

    /**
     * How long the announcement of new functions is waited for. It comes with the answer; without it the module is
     * there all the same.
     */
    private static final Duration ANNOUNCED = Duration.ofSeconds(5);

    private static final int LARGEST_PIECE = 32 * 1024;
    private static final int SMALLEST_PIECE = 64;
    private static final int AROUND_A_PIECE = 192; // bytes of a task that are not the piece; 34 are its signature
    static final Task<Object> MODULES = Task.of("deploy.modules");
    private static final Set<FailureKind> OUTCOME_NOT_KNOWN =
            EnumSet.of(FailureKind.OUTCOME_UNKNOWN, FailureKind.NODE_LOST, FailureKind.TIMEOUT);

    private final Cluster cluster;
    private final String clusterName;
    private final Keyring keys;
    private final Canvas canvas;
    private final String node;

    /** A transfer that is open at the node, and who signs its steps. */
    private record Opened(Announcement announced, Signer signer, long transfer) {}

    /**
     * What may be signed next.
     *
     * @param challenge in hex
     */
    private record Begun(String challenge, Signer signer) {

        byte[] bytes() {
            return HexFormat.of().parseHex(challenge);
        }
    }

    /** @param clusterName the node's */
    NodeModules(Cluster cluster, String clusterName, Keyring keys, Duration timeout, String node) {
        this.cluster = cluster;
        this.clusterName = clusterName;
        this.keys = keys;
        this.node = node;
        this.canvas =
                Canvas.on(cluster).named("deploy").routedBy(Router.toNode(node)).withTimeout(timeout);
    }

    Flux<DeploymentEvent> deploy(Module module) {
        return guarded(
                module.name(),
                module.kind()::isTakenBy,
                "accepts no " + module.kind().ending() + " modules",
                module.kind().opening(),
                versions()
                        .flatMapMany(versions -> module.version().equals(versions.get(module.name()))
                                ? Flux.just(new DeploymentEvent.Present(node, module.name(), module.version()))
                                : sendAndCommit(module)));
    }

    private Flux<DeploymentEvent> sendAndCommit(Module module) {
        return Flux.defer(() -> {
            AtomicReference<Opened> newest = new AtomicReference<>(); // the last time that it was opened
            return send(module, newest, MOST_RESTARTS)
                    .concatWith(Mono.defer(() -> commit(module, Objects.requireNonNull(newest.get()))));
        });
    }

    Flux<DeploymentEvent> remove(String module) {
        Mono<DeploymentEvent> removed = begin().flatMap(begun -> {
                    byte[] mac = begun.signer.sign("deploy.remove", clusterName, node, begun.challenge, module);
                    return run("deploy.remove", module, begun.bytes(), mac);
                })
                .retryWhen(Retry.max(MOST_RESTARTS).filter(NodeModules::isStale))
                .onErrorMap(error -> Exceptions.isRetryExhausted(error) ? error.getCause() : error)
                .thenReturn(new DeploymentEvent.Removed(node, module));
        return guarded(module, ModuleKind::anyIsTakenBy, "accepts no modules", "deploy.remove", removed.flux());
    }

    private Flux<DeploymentEvent> guarded(
            String module, Predicate<NodeInfo> taken, String otherwise, String task, Flux<DeploymentEvent> work) {
        return Flux.defer(() -> {
                    Optional<NodeInfo> known = info();
                    if (known.filter(taken).isPresent()) {
                        return work;
                    }
                    String why = known.isEmpty()
                            ? "There is no such node"
                            : "The node " + otherwise + ": it is "
                                    + known.get().state()
                                    + ", or was started without deploy_key";
                    return Flux.error(TaskOutcome.Failure.of(FailureKind.UNKNOWN_TASK, why, task)
                            .on(node, 0)
                            .toException());
                })
                .onErrorResume(
                        TaskException.class,
                        failed -> Flux.just(new DeploymentEvent.Failed(node, module, failed.failure())));
    }

    private Mono<Map<?, ?>> versions() {
        return canvas.run(MODULES.s())
                .<Map<?, ?>>map(value -> value instanceof Map<?, ?> map ? map : Map.of())
                .defaultIfEmpty(Map.of());
    }

    private Flux<DeploymentEvent> send(Module module, AtomicReference<Opened> newest, int restarts) {
        return Flux.defer(() -> {
            Optional<NodeInfo> known = info();
            long life = known.map(NodeInfo::bootEpoch).orElse(0L);
            int room = known.map(NodeInfo::maxTask).orElse(0) - AROUND_A_PIECE;
            int piece = Math.max(SMALLEST_PIECE, Math.min(LARGEST_PIECE, room));
            return open(module)
                    .doOnNext(newest::set)
                    .flatMapMany(opened -> Flux.range(0, (module.size() + piece - 1) / piece)
                            .concatMap(index -> chunk(module, opened, index * piece, piece), 1))
                    .onErrorResume(
                            TaskException.class,
                            failed -> restarts > 0 && (isInAnotherLife(life) || isStale(failed))
                                    ? send(module, newest, restarts - 1)
                                    : Flux.error(failed));
        });
    }

    private boolean isInAnotherLife(long life) {
        return info().filter(node -> node.bootEpoch() != life).isPresent();
    }

    /** Somebody else used the challenge, or it took too long. */
    private static boolean isStale(Throwable error) {
        return Begin.isOf(error, StaleChallenge.class);
    }

    /** Asks for a challenge, with the key that the node has. */
    private Mono<Begun> begin() {
        Mono<Begun> begun = begin(keys.first());
        for (Signer older : keys.signers().subList(1, keys.signers().size())) {
            begun = begun.onErrorResume(failed -> Begin.isOf(failed, WrongSignature.class), refused -> begin(older));
        }
        return begun;
    }

    private Mono<Begun> begin(Signer signer) {
        return new Begin(canvas, clusterName, node).challenge(signer).map(challenge -> new Begun(challenge, signer));
    }

    private Mono<Opened> open(Module module) {
        return begin().flatMap(begun -> {
            Announcement announced = Announcement.of(clusterName, node, begun.challenge, module);
            String task = module.kind().opening();
            byte[] mac = begun.signer.sign(announced.step(task));
            return run(task, module.name(), module.version(), module.size(), module.digest(), begun.bytes(), mac)
                    .map(number -> new Opened(announced, begun.signer, number(number, task)));
        });
    }

    private long number(Object answer, String task) {
        if (answer instanceof Number number) {
            return number.longValue();
        }
        throw TaskOutcome.Failure.of(FailureKind.CONVERSION, "The node gave the transfer no number", task)
                .on(node, 0)
                .toException();
    }

    private Mono<DeploymentEvent> chunk(Module module, Opened opened, int offset, int most) {
        byte[] piece = module.piece(offset, most);
        byte[] mac = opened.signer.sign(opened.announced.piece(offset, piece));
        return run("deploy.chunk", opened.transfer, offset, piece, mac)
                .thenReturn(new DeploymentEvent.Progress(node, module.name(), offset + piece.length, module.size()));
    }

    /** Once or not at all: a second one would find nothing to commit, and say that it failed. */
    private Mono<DeploymentEvent> commit(Module module, Opened opened) {
        byte[] mac = opened.signer.sign(opened.announced.step("deploy.commit"));
        Signature.Call<Object> commit = Task.of("deploy.commit").s(opened.transfer, mac);
        return canvas.with(options -> options.withDelivery(Delivery.AT_MOST_ONCE))
                .run(commit)
                .<List<?>>map(value -> value instanceof List<?> tasks ? tasks : List.of())
                .defaultIfEmpty(List.of())
                .flatMap(tasks ->
                        announced(module, tasks.stream().map(String::valueOf).toList()))
                .onErrorResume(
                        TaskException.class,
                        failed -> OUTCOME_NOT_KNOWN.contains(failed.failure().kind())
                                ? lookAgain(module, failed)
                                : Mono.error(failed));
    }

    /** The node was lost at the worst moment: what it has tells how that went. */
    private Mono<DeploymentEvent> lookAgain(Module module, TaskException failed) {
        return versions()
                .flatMap(versions -> module.version().equals(versions.get(module.name()))
                        ? announced(module, tasksOf(module.version()))
                        : Mono.error(failed))
                .onErrorMap(TaskException.class, late -> failed);
    }

    private Mono<DeploymentEvent> announced(Module module, List<String> tasks) {
        DeploymentEvent deployed = new DeploymentEvent.Deployed(node, module.name(), module.version(), tasks);
        return cluster.awaitNodes(nodes -> tasksOf(module.version()).containsAll(tasks), ANNOUNCED)
                .onErrorComplete(TimeoutException.class)
                .then(Mono.just(deployed));
    }

    private List<String> tasksOf(String version) {
        return info().stream()
                .flatMap(node -> node.functions().stream())
                .filter(function -> function.version().equals(version))
                .map(FunctionInfo::name)
                .toList();
    }

    private Optional<NodeInfo> info() {
        return cluster.nodes().stream().filter(each -> each.name().equals(node)).findFirst();
    }

    private Mono<Object> run(String task, Object... args) {
        return canvas.run(Task.of(task).s(args));
    }
}
