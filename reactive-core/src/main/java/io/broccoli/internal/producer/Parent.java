package io.broccoli.internal.producer;

/**
 * The task whose sub-tasks a stream sends, as a producer knows it. The task holds a place at its own node while it waits, so its
 * sub-tasks may be unable to find another: then they run in that place. Belongs to the member's serial executor.
 */
public interface Parent {

    /** How many tasks the sub-tasks are nested in. */
    int depth();

    /** A stream of sub-tasks begins. */
    void began(DispatchStream<?, ?> stream);

    /** A stream of sub-tasks ended. */
    void ended(DispatchStream<?, ?> stream);

    /** Whether what waits there may be sent to nodes. */
    boolean usesCredit(Lane lane);

    /** Whether what waits there can run in the parent's place. */
    boolean runsInPlace(Lane lane);

    /** Runs in the parent's place what found no credit. */
    void runInPlace(DispatchStream<?, ?> stream);

    /** How long a lane may go without any room before what waits in it fails, in nanoseconds. */
    long patience();

    /**
     * The message of what fails in a lane after that.
     *
     * @param why nothing of it was sent
     */
    String exhausted(Lane lane, String why);
}
