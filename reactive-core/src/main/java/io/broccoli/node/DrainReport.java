package io.broccoli.node;

/**
 * The result of {@link Node#drain}: what happened to the tasks that the node held, and to those that arrived while it
 * drained.
 *
 * @param finished tasks that ended at the node, with a value or a failure
 * @param returned tasks that had not started and were returned to their producers, which send them to other nodes
 * @param stillRunning tasks that did not end within the time-out
 */
public record DrainReport(long finished, long returned, int stillRunning) {}
