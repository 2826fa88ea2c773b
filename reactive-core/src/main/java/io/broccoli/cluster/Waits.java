package io.broccoli.cluster;

/**
 * What a stream waits for at a moment: what would have to change for it to go faster.
 *
 * @param reason what it waits for
 * @param node the node to look at first: the slowest of those that are full, the one that is stalled, or the one with the oldest
 *     element; "" if there is none
 * @param why a sentence with names and numbers
 */
public record Waits(Reason reason, String node, String why) {

    /** What a stream waits for; the first that holds is told. */
    public enum Reason {
        /** Outcomes are ready, and the subscriber asks for none. */
        SUBSCRIBER,
        /** Its rate limit lets no more through ({@link DispatchOptions#rate}). */
        RATE,
        /** No node that may be used offers the task, or none is there. */
        NO_NODE,
        /** The nodes that offer the task are known and do not answer, or did not say yet what they offer. */
        STALLED,
        /** The nodes have as much as keeps them busy, or no room: they are what is slow. */
        CREDIT,
        /** What is left waits for earlier elements of its keys, one at a time for each. */
        KEY,
        /** The window is full, and nodes could take more ({@link DispatchOptions#window}). */
        WINDOW,
        /** The source was asked for more and has not given it. */
        SOURCE,
        /** The next attempt, or the first one, is due later ({@link DispatchOptions#delay}, {@link RetryPolicy}). */
        PAUSE,
        /** The source has ended. The last tasks are at nodes. */
        NODES
    }
}
