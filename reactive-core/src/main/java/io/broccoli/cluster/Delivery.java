package io.broccoli.cluster;

/** How often a task may start. Its outcome is emitted exactly once in any case. */
public enum Delivery {

    /** It starts again where a node that had it is lost: for tasks that may be repeated. */
    AT_LEAST_ONCE,

    /**
     * It starts once or not at all: where that is not known, the element fails with
     * {@link io.broccoli.task.FailureKind#OUTCOME_UNKNOWN}. Neither retried nor hedged.
     */
    AT_MOST_ONCE
}
