package io.broccoli.task;

/**
 * What a handler may know of the task that it runs, and what it may use: {@code Cluster.of(context)} is the cluster, to send
 * sub-tasks to.
 */
public interface TaskContext {

    /** The name of this node. */
    String node();

    /** The member that sent the task. */
    String producer();

    /** The element's identity: the same on each attempt, on whichever node; unique for a producer. */
    long id();

    /** 1 for the first; more where an earlier one may have started. */
    int attempt();

    /** How many tasks this one is nested in; 0 for a client's own. */
    int depth();

    /**
     * Something that the node provides to its tasks, by its type.
     *
     * @throws IllegalArgumentException if the node provides nothing of this type
     */
    <T> T get(Class<T> type);

    /** A context that provides nothing, for tests of handlers. */
    static TaskContext of(String node, String producer, long id, int attempt) {
        return new BareContext(node, producer, id, attempt, 0);
    }
}
