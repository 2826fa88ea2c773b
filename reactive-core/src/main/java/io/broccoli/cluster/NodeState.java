package io.broccoli.cluster;

/** The state of a node, as this member sees it. */
public enum NodeState {
    /** It accepts tasks. */
    ACTIVE,
    /** It finishes its running tasks and accepts no more. */
    DRAINING,
    /** It announced that it accepts tasks, but did not answer for 8 s. No task is sent to it until it answers. */
    STALLED,
    /** It uses another version of the wire format. No task is sent to it. */
    INCOMPATIBLE,
    /** It left or was lost. */
    GONE
}
