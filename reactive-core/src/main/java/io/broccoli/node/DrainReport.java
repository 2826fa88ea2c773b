package io.broccoli.node;

/**
 * What became of the tasks that a node held when it was told to drain, and of those that came after.
 *
 * @param finished tasks that ended at the node, one way or another
 * @param returned tasks that had not begun and were handed back, to be run by others
 * @param stillRunning tasks that did not end in time
 */
public record DrainReport(long finished, long returned, int stillRunning) {}
