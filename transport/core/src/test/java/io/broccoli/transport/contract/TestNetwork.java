package io.broccoli.transport.contract;

import io.broccoli.spi.Transport;

/** A network of one kind, for the tests of one class. Names of clusters are never used twice. */
public interface TestNetwork extends AutoCloseable {

    /** A member; nothing is connected yet. */
    Transport open(String cluster, String member);

    /** A member whose way to all others can be disturbed. Others of the cluster were started before. */
    Distant distant(String cluster, String member);

    Promises promises();

    /** Sends a member of the cluster what no member would send, as far as anybody can. */
    default void disturb(String cluster, String member, long seed) {}

    @Override
    default void close() {}

    /**
     * What not every network does.
     *
     * @param lossless while nobody disturbs it, each frame comes once, in the order in which they were sent
     * @param keepsPresence of members that leave without taking it away
     * @param stalls whether its ways can be made mute, {@link Way#stall}
     * @param threads how the names of its threads begin; none may be left when all transports are closed; empty: none are looked at
     */
    record Promises(boolean lossless, boolean keepsPresence, boolean stalls, String threads) {}

    /** A member and its way to the others. */
    record Distant(Transport transport, Way way) {}

    /** What a test does to a way. */
    interface Way {

        /** The connection breaks; the member can have another one at once. */
        void cut();

        /** The connection breaks, and there will be no other. */
        void breakForEver();

        /** From now on nothing passes, and nobody is told; or all passes again. */
        void stall(boolean value);
    }
}
