package io.broccoli.internal.producer;

/** Where an errand waits that is not under way: for credit, for its time, or for an earlier one of its key. */
interface WaitingRoom {

    /** An errand is to be found somewhere else from now on. */
    void leave(Errand errand);
}
