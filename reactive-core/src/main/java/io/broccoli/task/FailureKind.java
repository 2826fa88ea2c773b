package io.broccoli.task;

/** What kind of failure ended an element. */
public enum FailureKind {
    /** The handler threw, or its result could not be sent. */
    TASK_FAILED,
    /** Arguments do not fit the task's parameters; nothing ran. */
    BAD_ARGUMENTS,
    /** No node that may be used offers the task. */
    UNKNOWN_TASK,
    /** No outcome within the time that the caller gave. */
    TIMEOUT,
    /** The task, or its result, is larger than a node's frame. */
    TOO_LARGE,
    /** A value cannot be written as MessagePack. */
    UNENCODABLE,
    /** The result is not of the type that the caller asked for. */
    CONVERSION,
    /** Nodes that had the task were lost, more often than attempts are allowed. */
    NODE_LOST,
    /** A sub-task was nested too deep, or found no room while its parent waited for it; see {@code Cluster.of}. */
    NESTING_EXHAUSTED,
    /** A stream of items was cut off by a loss after some were received, and its task is not replayable. */
    PARTIAL_RESULT,
    /** No node had begun the task when it expired; nothing ran. */
    EXPIRED,
    /** The node serves as many subscribers of feeds as it may. */
    TOO_MANY_SUBSCRIBERS,
    /** The task may have run, and runs at most once: whether it did is not known. */
    OUTCOME_UNKNOWN,
    /** The member was closed before the outcome came. */
    CLOSED
}
