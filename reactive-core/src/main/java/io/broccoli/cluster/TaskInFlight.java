package io.broccoli.cluster;

import java.time.Duration;

/**
 * A task without an outcome yet, as its producer sees it.
 *
 * @param stream the name of its stream ({@link DispatchOptions#name})
 * @param task its name; for a chain, the names of its steps
 * @param state what the producer knows of it
 * @param node the node to which it was sent; "" while it waits
 * @param attempt the number of the attempt, counted from 1
 * @param age the time since it was submitted, all attempts included
 */
public record TaskInFlight(String stream, String task, State state, String node, int attempt, Duration age) {

    /** Most tasks that {@link Cluster#inFlight} returns. */
    public static final int MOST = 1024;

    /** What the producer knows of a task. */
    public enum State {
        /** It waits for credit. No node has it. */
        WAITING,
        /** It was just sent, or is about to be sent. No answer is due yet. */
        SENT,
        /** The node confirmed that it has the task, queued or running. */
        SEEN,
        /** An answer is late, and it is not known whether the task arrived: it may be lost, queued, running or done. */
        UNKNOWN,
        /** It runs on its parent's node, in its parent's place. */
        IN_PLACE
    }
}
