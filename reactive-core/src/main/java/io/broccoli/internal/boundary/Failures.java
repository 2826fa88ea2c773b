package io.broccoli.internal.boundary;

import io.broccoli.frame.Payload;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a failure travels: the list of its kind, message, trace, step and type. */
public final class Failures {

    private static final int BYTES_OF_A_CHARACTER = 3; // at most
    private static final int BYTES_OF_THE_REST = 100;

    private Failures() {}

    /** @param most bytes; what takes more has no trace, and if need be only the beginning of the message */
    public static Payload encode(Values values, ForeignFailure failed, int step, int most) {
        Payload whole = encode(values, failed.kind(), failed.message(), failed.trace(), step, failed.type());
        if (whole.length() <= most) {
            return whole;
        }
        int length = Math.max(1, (most - BYTES_OF_THE_REST) / (2 * BYTES_OF_A_CHARACTER));
        String message = Thrown.cut(failed.message(), length);
        return encode(values, failed.kind(), message, "", step, Thrown.cut(failed.type(), length));
    }

    public static Payload encode(Values values, FailureKind kind, String message, String trace, int step, String type) {
        return values.encodePlain(List.of(
                kind.name(),
                Thrown.cut(message, Thrown.MAX_MESSAGE),
                Thrown.cut(trace, Thrown.MAX_TRACE),
                step,
                Thrown.cut(type, Thrown.MAX_MESSAGE)));
    }

    /** Reads what a node says; older ones say no type. */
    public static TaskOutcome.Failure<?> decode(Values values, Payload payload, String task, int attempt, String node) {
        try {
            if (values.decodePlain(payload) instanceof List<?> parts && parts.size() >= 4) {
                return TaskOutcome.Failure.of(kind(parts.get(0)), String.valueOf(parts.get(1)), task)
                        .withTrace(String.valueOf(parts.get(2)))
                        .atStep(parts.get(3) instanceof Integer step ? step : 0)
                        .withType(parts.size() > 4 ? String.valueOf(parts.get(4)) : "")
                        .on(node, attempt);
            }
        } catch (MalformedFrameException malformed) {
            return unreadable(task, attempt, node, Thrown.message(malformed));
        }
        return unreadable(task, attempt, node, "not a list of four");
    }

    private static TaskOutcome.Failure<?> unreadable(String task, int attempt, String node, String why) {
        String message = "The task failed, and what the node says of it cannot be read: " + why;
        return TaskOutcome.Failure.of(FailureKind.TASK_FAILED, message, task).on(node, attempt);
    }

    private static FailureKind kind(@Nullable Object name) {
        for (FailureKind kind : FailureKind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        return FailureKind.TASK_FAILED;
    }
}
