package io.broccoli.deploy;

import io.broccoli.canvas.Canvas;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import java.util.HexFormat;
import reactor.core.publisher.Mono;

/** The first step at a node: asks for its challenge. */
final class Begin {

    private static final String TASK = "deploy.begin";
    private static final int LONGEST_CHALLENGE = 64;

    private final Canvas canvas;
    private final String clusterName;
    private final String node;

    /** @param canvas sends to this node */
    Begin(Canvas canvas, String clusterName, String node) {
        this.canvas = canvas;
        this.clusterName = clusterName;
        this.node = node;
    }

    /** The challenge, in hex. */
    Mono<String> challenge(Signer signer) {
        return canvas.run(Task.of(TASK).s((Object) signer.sign(TASK, clusterName, node)))
                .map(this::challenge);
    }

    private String challenge(Object answer) {
        if (answer instanceof byte[] challenge && challenge.length > 0 && challenge.length <= LONGEST_CHALLENGE) {
            return HexFormat.of().formatHex(challenge);
        }
        throw TaskOutcome.Failure.of(FailureKind.CONVERSION, "The node gave no challenge", TASK)
                .on(node, 0)
                .toException();
    }

    /** Whether it failed at the node with an exception of this type; boards have exceptions of the same names. */
    static boolean isOf(Throwable error, Class<? extends ModuleException> type) {
        return error instanceof TaskException failed
                && ("." + failed.failure().type()).endsWith("." + type.getSimpleName());
    }
}
