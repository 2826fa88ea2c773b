package io.broccoli.internal.credit;

/** What a producer knows of a task that is under way. */
public enum Standing {
    /** It was sent a short while ago. */
    SENT,
    /** The node has it. */
    SEEN,
    /** An answer is due, and the node did not say that it has it. */
    UNKNOWN
}
