package io.broccoli.task;

/**
 * A {@link TaskOutcome.Failure} as an exception. The message says what happened and names task, node, step and attempt.
 * {@link #failure()} has the details, among them the stack trace of the node.
 */
public final class TaskException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialized: Java serialization has no place here
    private final TaskOutcome.Failure<?> failure;

    /** @param failure the failure */
    public TaskException(TaskOutcome.Failure<?> failure) {
        super(describe(failure));
        this.failure = failure;
    }

    /** The failure. */
    public TaskOutcome.Failure<?> failure() {
        return failure;
    }

    private static String describe(TaskOutcome.Failure<?> failure) {
        StringBuilder where = new StringBuilder();
        if (!failure.task().isEmpty()) {
            where.append(" task ").append(failure.task());
        }
        if (failure.step() > 0) {
            where.append(" step ").append(failure.step());
        }
        if (!failure.node().isEmpty()) {
            where.append(" on node ").append(failure.node());
        }
        if (failure.attempt() > 1) {
            where.append(" attempt ").append(failure.attempt());
        }
        String message = failure.kind() + ": " + failure.message();
        return where.isEmpty() ? message : message + " (" + where.substring(1) + ")";
    }
}
