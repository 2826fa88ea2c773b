package io.broccoli.cluster;

/** What can be asked of a node. */
public enum NodeState {
    /** It takes tasks. */
    ACTIVE,
    /** It finishes what runs and takes nothing more. */
    DRAINING,
    /** It announced that it takes tasks, but gave no answer for 8 s when it was asked; nothing is sent to it until it does. */
    STALLED,
    /** It speaks another version of the wire format; nothing is sent to it. */
    INCOMPATIBLE,
    /** It left, or vanished. */
    GONE
}
