package io.broccoli.dispatch;

import io.broccoli.task.TaskContext;
import org.jspecify.annotations.Nullable;

/** One call of a handler, as the handler sees it; its sub-work, if it wants any. */
final class Invocation implements TaskContext {

    private final String node;
    private final String producer;
    private final long id;
    private final int attempt;
    private final int depth;
    private final Nesting nesting;
    private final Execution execution;
    private final Job root;
    private volatile @Nullable SubWork subWork; // most tasks have none
    private volatile boolean ended;

    /** @param root the job in whose place on the node it is called */
    Invocation(
            String node,
            String producer,
            long id,
            int attempt,
            int depth,
            Nesting nesting,
            Execution execution,
            Job root) {
        this.node = node;
        this.producer = producer;
        this.id = id;
        this.attempt = attempt;
        this.depth = depth;
        this.nesting = nesting;
        this.execution = execution;
        this.root = root;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public String producer() {
        return producer;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public <T> T get(Class<T> type) {
        if (!type.isAssignableFrom(NestedCluster.class)) {
            throw new IllegalArgumentException("A node provides a Cluster to its tasks, and no " + type.getName());
        }
        return type.cast(nesting.clusterOf(subWork()));
    }

    private synchronized SubWork subWork() {
        SubWork current = subWork;
        if (current == null) {
            current = new SubWork(nesting, execution, root, depth + 1);
            subWork = current;
            if (ended) {
                current.end();
            }
        }
        return current;
    }

    /** Whether sub-tasks of it are under way. */
    boolean hasSubWork() {
        SubWork current = subWork;
        return current != null && current.isUnderWay();
    }

    /** The handler is done, or is to stop: sub-tasks that are still under way are cancelled, and there will be no more. */
    void end() {
        ended = true;
        SubWork current = subWork;
        if (current != null) {
            current.end();
        }
    }
}
