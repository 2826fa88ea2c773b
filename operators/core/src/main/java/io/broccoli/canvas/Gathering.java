package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A call that gets a list of results, for example the body of a chord. If no node can take even the smallest results, that is
 * said before any of them is computed.
 *
 * @param bytes what the list takes at least
 */
record Gathering(String task, long bytes) {

    /** Any result: its encoding has at least one byte. */
    static final long SMALLEST_RESULT = 1;

    private static final int EVERY_NODE_TAKES = 64;

    /** The bytes of a list: its head, which holds its length, and its elements. */
    static long list(int length, long elements) {
        int head = length < 16 ? 1 : length < 1 << 16 ? 3 : 5;
        return head + elements;
    }

    /** Why this cannot be sent; null if it may be. */
    TaskOutcome.@Nullable Failure<Object> refusal(Run run) {
        if (bytes <= EVERY_NODE_TAKES) {
            return null;
        }
        int most = run.largestTask(task);
        return bytes <= most
                ? null
                : TaskOutcome.Failure.of(
                        FailureKind.TOO_LARGE,
                        "The task takes at least " + bytes + " bytes, for it gets the list of all results before it;"
                                + " nodes that offer it take at most " + most + ". Nothing was run. Fold the results"
                                + " with reduce, or give the group fewer members",
                        task);
    }
}
