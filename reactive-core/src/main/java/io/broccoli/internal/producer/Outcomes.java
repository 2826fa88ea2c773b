package io.broccoli.internal.producer;

import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;

/** Failures that say the same each time. */
public final class Outcomes {

    static final TaskOutcome.Failure<Object> CLOSED =
            TaskOutcome.Failure.of(FailureKind.CLOSED, "The member was closed before the outcome came", "");

    /** All values were emitted, or wait to be; not an outcome itself. */
    static final TaskOutcome<Object> COMPLETE = new TaskOutcome.Success<>(null);

    private Outcomes() {}
}
