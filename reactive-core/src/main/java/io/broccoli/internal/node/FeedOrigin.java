package io.broccoli.internal.node;

/** What subscribers of a feed get their samples from: a source, or a view of it. On the member's serial executor. */
interface FeedOrigin {

    /** The number of the newest sample: one who subscribes afresh gets those behind it. */
    long produced();

    /** Numbers who subscribes to the source or to a view of it, in the order in which they come. */
    long nextNumber();

    /** How many samples may wait for a subscriber; 0: none is dropped. */
    int kept();

    void add(FeedSubscriber subscriber);

    void remove(FeedSubscriber subscriber);

    /** Asks a publisher that waits for what there is room for. */
    void ask();

    // ---- figures

    void passedOn(long missedBefore, long unconfirmed);

    void waiting(int samples);
}
