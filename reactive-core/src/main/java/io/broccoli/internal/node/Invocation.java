package io.broccoli.internal.node;

import io.broccoli.cluster.Cluster;
import io.broccoli.frame.Body;
import io.broccoli.task.TaskContext;
import org.jspecify.annotations.Nullable;

/** One call of a handler, as the handler sees it; its sub-work, if it wants any. */
final class Invocation implements TaskContext {

    private final SubTasks.Owner owner;
    private final NodeTask task;
    private final Body.Headers headers;
    private final RunServices services;
    private volatile @Nullable SubTasks subTasks; // most tasks have none
    private volatile boolean ended;

    /** @param task in whose place on the node, or that of its parent, the handler is called */
    Invocation(SubTasks.Owner owner, NodeTask task, Body.Headers headers, RunServices services) {
        this.owner = owner;
        this.task = task;
        this.headers = headers;
        this.services = services;
    }

    @Override
    public String node() {
        return services.context().member();
    }

    @Override
    public String producer() {
        return task.producer();
    }

    @Override
    public long id() {
        return headers.id() != 0 ? headers.id() : task.id();
    }

    @Override
    public int attempt() {
        return headers.attempt();
    }

    @Override
    public int depth() {
        return headers.depth();
    }

    @Override
    public boolean isCancelled() {
        return task.isStopped();
    }

    @Override
    public <T> T get(Class<T> type) {
        if (!type.isAssignableFrom(Cluster.class)) {
            throw new IllegalArgumentException("A node provides a Cluster to its tasks, and no " + type.getName());
        }
        return type.cast(subTasks().cluster());
    }

    private synchronized SubTasks subTasks() {
        SubTasks current = subTasks;
        if (current == null) {
            current = services.subTasks().of(owner, task.root(), headers.depth() + 1);
            subTasks = current;
            if (ended || task.isStopped()) { // who stops the task may not have seen this one
                current.end();
            }
        }
        return current;
    }

    /** Whether sub-tasks of it are under way. */
    boolean hasSubTasks() {
        SubTasks current = subTasks;
        return current != null && current.areUnderWay();
    }

    /** The handler is done, or is to stop: sub-tasks that are still under way are cancelled, and there will be no more. */
    void end() {
        if (!ended) { // a write that all threads must see is dear
            ended = true;
        }
        SubTasks current = subTasks;
        if (current != null) {
            current.end();
        }
    }
}
