package io.broccoli.task;

import org.jspecify.annotations.Nullable;

/**
 * The body of a task. It may take its time but should not block for long where a {@code Mono} would do: it holds a worker. It
 * must not block at all for sub-tasks (see {@code Cluster.of}), but return a {@code Mono} of what comes of them: then it holds no
 * worker while they run. Exceptions become {@link FailureKind#TASK_FAILED} with their message.
 */
@FunctionalInterface
public interface TaskHandler {

    /**
     * Runs on one of the node's workers.
     *
     * @param args one for each parameter, in order, converted to its type
     * @return the result, or a {@code Mono} of it, or any other {@code Publisher} of several values (each is subscribed once, and
     *     disposed when the task is cancelled). A publisher of several is asked on the worker for no more than the caller takes, and
     *     holds the worker until its end was received; callers use {@code Canvas.flatMap} or {@code stream}
     */
    @Nullable Object handle(TaskContext context, @Nullable Object[] args) throws Exception;
}
