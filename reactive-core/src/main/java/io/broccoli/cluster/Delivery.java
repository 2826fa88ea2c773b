package io.broccoli.cluster;

/** How often a task may start. In either mode its outcome is emitted exactly once. */
public enum Delivery {

    /**
     * The task starts again if its node is lost. In an ordered stream, a task that gives several values may also start again
     * when an earlier element finds no place for more than a second, as long as none of its values was emitted. For tasks that
     * may run more than once.
     */
    AT_LEAST_ONCE,

    /**
     * The task starts once or not at all. If that is not known, the element fails with
     * {@link io.broccoli.task.FailureKind#OUTCOME_UNKNOWN}. Cannot be combined with retries or hedging.
     */
    AT_MOST_ONCE
}
