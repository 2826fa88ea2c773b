package io.broccoli.cluster;

import java.time.Duration;

/**
 * A task that has no outcome yet, as its producer knows it.
 *
 * @param stream the name of its stream ({@link DispatchOptions#name})
 * @param task its name; of a chain the names of its steps
 * @param node where it was sent; "" while it waits
 * @param attempt counted from 1
 * @param age since it was submitted, all attempts included
 */
public record TaskInFlight(String stream, String task, State state, String node, int attempt, Duration age) {

    /** Most that are told at once. */
    public static final int MOST = 1024;

    /** What is known of it. */
    public enum State {
        /** No node has it: it waits for credit. */
        WAITING,
        /** It has a node's credit and goes, or went a moment ago; an answer is not due yet. */
        SENT,
        /** The node said that it has it, queued or running. */
        SEEN,
        /** An answer is due, and it is not known whether it arrived: it may be lost, queued, running or done. */
        UNKNOWN,
        /** It runs on its parent's node, in its parent's place. */
        IN_PLACE
    }
}
