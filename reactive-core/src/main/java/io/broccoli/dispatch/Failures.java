package io.broccoli.dispatch;

import io.broccoli.frame.Payload;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a failure travels: the list of its kind, message, trace and step. */
final class Failures {

    private static final int MAX_MESSAGE = 1_000;
    private static final int MAX_TRACE = 4_000;

    private Failures() {}

    static Payload encode(PayloadCodec codec, FailureKind kind, String message, String trace, int step) {
        return codec.encode(List.of(kind.name(), cut(message, MAX_MESSAGE), cut(trace, MAX_TRACE), step));
    }

    static TaskOutcome.Failure<?> decode(PayloadCodec codec, Payload payload, Errand errand, String node) {
        try {
            if (codec.decode(payload, Object.class) instanceof List<?> parts && parts.size() >= 4) {
                return new TaskOutcome.Failure<>(
                        kind(parts.get(0)),
                        String.valueOf(parts.get(1)),
                        errand.task(),
                        node,
                        parts.get(3) instanceof Integer step ? step : 0,
                        errand.attempt,
                        String.valueOf(parts.get(2)),
                        List.of());
            }
        } catch (RuntimeException malformed) {
            return unreadable(errand, node, malformed.toString());
        }
        return unreadable(errand, node, "not a list of four");
    }

    private static TaskOutcome.Failure<?> unreadable(Errand errand, String node, String why) {
        String message = "The task failed, and what the node says of it cannot be read: " + why;
        return TaskOutcome.Failure.of(FailureKind.TASK_FAILED, message, errand.task())
                .on(node, errand.attempt);
    }

    private static FailureKind kind(@Nullable Object name) {
        for (FailureKind kind : FailureKind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        return FailureKind.TASK_FAILED;
    }

    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}
