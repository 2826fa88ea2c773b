package io.broccoli.task;

import org.jspecify.annotations.Nullable;

/**
 * The body of a task. It holds a worker while it runs, so return a {@code Mono} instead of blocking for long. Never
 * block for sub-tasks (see {@code Cluster.of}): return a {@code Mono} that includes them, and the task holds no worker
 * while they run. An exception becomes a failure of the kind {@link FailureKind#TASK_FAILED} with its message.
 */
@FunctionalInterface
public interface TaskHandler {

    /**
     * Runs the task, on one of the node's workers.
     *
     * @param context the context of this call
     * @param args one argument for each parameter, in order, converted to its type
     * @return the result, or a {@code Mono} of it, or another {@code Publisher} of several values. A publisher is
     *     subscribed once, and cancelled when the task is cancelled. A publisher of several values receives the demand
     *     of the caller, on the worker. It holds the worker until the caller has received its end; callers use
     *     {@code Canvas.flatMap} or {@code Canvas.stream}
     */
    @Nullable Object handle(TaskContext context, @Nullable Object[] args) throws Exception;
}
