package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;

/** The epoch in which a producer's link is, and those that it will not go back to. */
final class LinkEpoch {

    private long producer;
    private long current; // 0: none
    private long givenUp; // it, and all before it

    LinkEpoch(long producer) {
        this.producer = producer;
    }

    /** Of the producer: its life. */
    long producer() {
        return producer;
    }

    /** Of the link; 0 if there is none. */
    long current() {
        return current;
    }

    boolean isOpen() {
        return current != 0;
    }

    /** Whether a frame with these epochs is of now. */
    boolean is(long producerEpoch, long linkEpoch) {
        return producerEpoch == producer && linkEpoch == current;
    }

    /** Whether a GRANT may still count. */
    boolean takes(Frame.Grant grant) {
        return grant.producerEpoch() == producer && grant.linkEpoch() >= current && grant.linkEpoch() > givenUp;
    }

    /** What a POLL says of it: the negative of an epoch says that it was given up. */
    long shown() {
        return current != 0 ? current : -givenUp;
    }

    void begin(long epoch) {
        current = epoch;
    }

    /** No epoch up to this one counts any more. */
    void giveUp(long epoch) {
        givenUp = Math.max(givenUp, epoch);
    }

    /** Another life of the producer: its frames are told apart by that alone. */
    void restart(long newProducer) {
        producer = newProducer;
        givenUp = 0;
    }
}
