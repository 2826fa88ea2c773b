package io.broccoli.spi;

import reactor.core.publisher.Mono;

/**
 * Carries frames between the members of one cluster, as bytes. It promises nothing: frames may be lost, repeated and reordered;
 * the credit protocol above makes up for that. One instance serves one member.
 */
public interface Transport {

    /**
     * Connects, and goes on trying with growing pauses until {@link #close}. Returns at once.
     *
     * @param will what others shall find as this member's presence when it vanishes; null for a member without presence (a
     *     client)
     * @param receiver is called from the transport's own thread, one call at a time, and never blocks
     */
    void start(byte @org.jspecify.annotations.Nullable [] will, Receiver receiver);

    /**
     * Sends a frame to the inbox of a member. Lazy; may be subscribed on any thread and never blocks.
     *
     * @return completes when the frame left this process (or, where the transport acknowledges, when the broker has it); errors
     *     when it is known not to have left. While there is no connection it may be pending for as long as that lasts.
     */
    Mono<Void> send(String to, byte[] frame);

    /** Publishes this member's presence, kept for those who come later. Completes when it was acknowledged. */
    Mono<Void> announce(byte[] status);

    /** Asks all members to announce themselves. */
    Mono<Void> hello();

    /**
     * Ends the connection. Completes always, after at most 5 s.
     *
     * @param forget whether the kept presence is taken away (a clean leave)
     */
    Mono<Void> close(boolean forget);

    /** Which of its networks a member with a presence is on, the best first. A transport over one network knows no other than number 0. */
    default int[] networksOf(String member) {
        return new int[] {0};
    }

    /** The largest frame that can be carried, in bytes. */
    int maxFrame();

    /** Where what arrives goes. Arrays are the receiver's own. */
    interface Receiver {
        void frame(String from, byte[] frame);

        /**
         * Whether so many frames wait that more may be dropped. A transport that can do so stops reading until they do not, and
         * looks again within a millisecond. May be called from any thread.
         */
        default boolean isFull() {
            return false;
        }

        /** A kept or new presence; empty when it was taken away. */
        void presence(String member, byte[] status);

        /** Somebody asks this member to announce itself. */
        void hello();

        /** Connected (again), subscriptions stand. */
        void connected();

        /** The connection was lost or could not be made; it is tried again. The cause says to where and why. */
        void disconnected(Throwable cause);

        /**
         * One of several networks was lost, and others stand: what was on its way there is lost, and what is sent now goes another way. Only
         * transports over several networks say so.
         */
        default void networkLost(Throwable cause) {}
    }
}
