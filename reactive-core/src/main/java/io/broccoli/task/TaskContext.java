package io.broccoli.task;

/**
 * The context of a running task: its identity, and access to the cluster. Send sub-tasks with
 * {@code Cluster.of(context)}.
 */
public interface TaskContext {

    /** The name of the node that runs the task. */
    String node();

    /** The name of the member that sent the task. */
    String producer();

    /** The identity of the element, unique for its producer. It stays the same on each attempt and on each node. */
    long id();

    /** The number of the attempt: 1 for the first; more if an earlier attempt may have started. */
    int attempt();

    /** The depth of nesting: 0 for a task of a client, 1 for its sub-tasks, and so on. */
    int depth();

    /**
     * Whether nobody waits for the outcome any more: the element was cancelled, its time is over, or the node does not wait for it
     * while it drains. Code that takes long asks now and then; code that blocks on a thread of the node's own is interrupted too.
     * From any thread.
     */
    boolean isCancelled();

    /**
     * A service that the node provides to its tasks.
     *
     * @throws IllegalArgumentException if the node provides nothing of this type
     */
    <T> T get(Class<T> type);

    /** A context at depth 0 that provides nothing. For tests of handlers. */
    static TaskContext of(String node, String producer, long id, int attempt) {
        return new BareContext(node, producer, id, attempt, 0);
    }
}
