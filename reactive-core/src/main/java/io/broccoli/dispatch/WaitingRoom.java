package io.broccoli.dispatch;

/** Where an errand waits that is not under way: for credit, for its time, or for an earlier one of its key. */
interface WaitingRoom {

    /** Its run ended: it will not be sent. */
    void withdraw(Errand errand);
}
