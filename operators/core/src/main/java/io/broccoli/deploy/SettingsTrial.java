package io.broccoli.deploy;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The way of settings to one board: they are sent, the board restarts, and they are confirmed in the life that has them.
 * If that life is seen nowhere, the one after it tells why.
 */
final class SettingsTrial {

    private static final String CONFIGURE = "deploy.configure";
    private static final String CONFIRM = "deploy.confirm";
    private static final int AROUND_SETTINGS =
            160; // bytes of a task that are not the settings; 52 are its challenge and signature

    /** What a board takes beside the trial: it finishes its tasks, starts twice, and joins its Wi-Fi and broker again. */
    private static final Duration RESTARTS = Duration.ofSeconds(90);

    private static final Duration PAUSE = Duration.ofMillis(500);

    /** Failures that say nothing of the settings: the board may have restarted just then. */
    private static final Set<FailureKind> NOT_KNOWN = EnumSet.of(
            FailureKind.OUTCOME_UNKNOWN, FailureKind.NODE_LOST, FailureKind.TIMEOUT, FailureKind.UNKNOWN_TASK);

    private final Cluster cluster;
    private final String clusterName;
    private final Canvas canvas;
    private final String board;
    private final Duration trial;

    SettingsTrial(Cluster cluster, String clusterName, String board, Duration trial, Duration timeout) {
        this.cluster = cluster;
        this.clusterName = clusterName;
        this.board = board;
        this.trial = trial;
        this.canvas = Canvas.on(cluster)
                .named("configure")
                .routedBy(Router.toNode(board))
                .withTimeout(timeout);
    }

    /**
     * @param signer has the key that the board has
     * @param confirming has the one that it is to have
     */
    Mono<Void> run(byte[] text, Signer signer, Signer confirming) {
        return Mono.defer(() -> {
            Optional<NodeInfo> known = info().filter(node -> offers(node, CONFIGURE));
            if (known.isEmpty()) {
                return failed(FailureKind.UNKNOWN_TASK, CONFIGURE, whyNot());
            }
            int room = known.get().maxTask() - AROUND_SETTINGS;
            if (Signer.NONCE + text.length > room) {
                return failed(
                        FailureKind.TOO_LARGE,
                        CONFIGURE,
                        "The settings take " + (Signer.NONCE + text.length) + " bytes, and the board accepts " + room
                                + ": send them in several parts");
            }
            return new Begin(canvas, clusterName, board).challenge(signer).flatMap(challenge -> send(
                            text, signer, challenge)
                    .then(confirm(known.get().bootEpoch(), confirming, challenge)));
        });
    }

    /** Once or not at all: a second one would be refused as a repetition. Whether it came is told by what follows. */
    private Mono<Void> send(byte[] text, Signer signer, String challenge) {
        byte[] sealed = signer.seal(board, challenge, text);
        String digest = HexFormat.of().formatHex(Module.sha256(sealed));
        byte[] mac = signer.sign(CONFIGURE, clusterName, board, challenge, digest);
        return canvas.with(options -> options.withDelivery(Delivery.AT_MOST_ONCE))
                .run(Task.of(CONFIGURE).s(sealed, HexFormat.of().parseHex(challenge), mac))
                .onErrorResume(TaskException.class, failed -> isNotKnown(failed) ? Mono.empty() : Mono.error(failed))
                .then();
    }

    private Mono<Void> confirm(long life, Signer confirming, String challenge) {
        Duration longest = trial.plus(RESTARTS);
        byte[] given = HexFormat.of().parseHex(challenge);
        byte[] mac = confirming.sign(CONFIRM, clusterName, board, challenge);
        return Mono.defer(() ->
                        cluster.awaitNodes(nodes -> nodes.stream().anyMatch(node -> isLater(node, life)), longest))
                .flatMap(nodes -> canvas.run(Task.of(CONFIRM).s(given, mac)))
                .filter(Boolean.TRUE::equals)
                .switchIfEmpty(failed(FailureKind.OUTCOME_UNKNOWN, CONFIRM, "The trial has not begun"))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE)
                        .filter(error -> error instanceof TaskException failed && isNotKnown(failed)))
                .timeout(longest)
                .onErrorResume(
                        TimeoutException.class,
                        late -> failed(
                                FailureKind.TIMEOUT,
                                CONFIRM,
                                "The board was not seen within " + longest.toSeconds() + " s after it was told to"
                                        + " restart. Without a confirmation it has its older settings again: wait for"
                                        + " it, and connect to its new broker too (mqtt://older+mqtt://newer)"))
                .then();
    }

    private boolean isLater(NodeInfo node, long life) {
        return node.name().equals(board) && node.bootEpoch() > life && offers(node, CONFIRM);
    }

    private static boolean offers(NodeInfo node, String task) {
        return node.state() == NodeState.ACTIVE
                && node.functions().stream().anyMatch(each -> each.name().equals(task));
    }

    private static boolean isNotKnown(TaskException failed) {
        return NOT_KNOWN.contains(failed.failure().kind());
    }

    private String whyNot() {
        return info().map(node -> "The node accepts no settings: it is " + node.state()
                        + ", is no board, was started without deploy_key, or has older firmware")
                .orElse("There is no such node");
    }

    private <T> Mono<T> failed(FailureKind kind, String task, String message) {
        return Mono.error(
                () -> TaskOutcome.Failure.of(kind, message, task).on(board, 0).toException());
    }

    private Optional<NodeInfo> info() {
        return cluster.nodes().stream()
                .filter(each -> each.name().equals(board))
                .findFirst();
    }
}
