package io.broccoli.task;

/** The kind of failure that ended an element. */
public enum FailureKind {
    /** The handler threw an exception, or its publisher failed. */
    TASK_FAILED,
    /**
     * A mistake of the caller: arguments that the task does not take, a type or a field that does not fit, several values where
     * one is asked for. It is never retried. Earlier steps of a chain, or other items of a chunk, may have run.
     */
    BAD_ARGUMENTS,
    /** No node that the element may go to offers the task. */
    UNKNOWN_TASK,
    /** No outcome arrived within the time-out of the caller. */
    TIMEOUT,
    /** The task or its result is too large to be sent. */
    TOO_LARGE,
    /** A value cannot be encoded. */
    UNENCODABLE,
    /** The result cannot be converted to the type that the caller asked for. */
    CONVERSION,
    /** Nodes that had the task were lost, in all allowed attempts. */
    NODE_LOST,
    /** A sub-task was nested too deep, or found no room. See {@code Cluster.of}. */
    NESTING_EXHAUSTED,
    /** A stream of values was cut off by a loss after some were received, and its task cannot be replayed. */
    PARTIAL_RESULT,
    /** No node started the task before it expired. Nothing ran. */
    EXPIRED,
    /** The node serves its maximum of feed subscribers. */
    TOO_MANY_SUBSCRIBERS,
    /** The task runs at most once, and it is not known whether it ran. */
    OUTCOME_UNKNOWN,
    /** The member was closed before the outcome arrived. */
    CLOSED
}
