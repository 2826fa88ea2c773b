package io.broccoli.task;

/**
 * What a handler may know of the task that it runs.
 *
 * @param node the name of this node
 * @param producer the member that sent the task
 * @param id the element's identity: the same on each attempt, on whichever node; unique for a producer
 * @param attempt 1 for the first; more where an earlier one may have started
 */
public record TaskContext(String node, String producer, long id, int attempt) {}
