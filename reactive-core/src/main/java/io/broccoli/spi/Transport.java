package io.broccoli.spi;

import reactor.core.publisher.Mono;

/**
 * Carries frames between the members of one cluster. Frames may be lost, repeated and reordered; the credit protocol
 * compensates for it. One instance serves one member. All methods may be called from any thread, and none blocks.
 */
public interface Transport {

    /**
     * Connects, and reconnects with growing pauses until {@link #close}. Returns before it is connected.
     *
     * @param will the presence that others receive when this member is lost; null for a member without a presence (a
     *     client)
     * @param receiver receives frames and events, on the transport's own thread, one call at a time; it must not block
     */
    void start(byte @org.jspecify.annotations.Nullable [] will, Receiver receiver);

    /**
     * Sends a frame to a member when it is subscribed.
     *
     * @return completes when the frame has left this process, or, if the transport acknowledges frames, when the broker
     *     has it; errors when the frame is known not to have left. Without a connection it may stay pending until there
     *     is one
     */
    Mono<Void> send(String to, byte[] frame);

    /**
     * Publishes this member's presence. It is retained for members that join later. Completes when it was acknowledged.
     */
    Mono<Void> announce(byte[] status);

    /** Requests all members to announce themselves. */
    Mono<Void> hello();

    /**
     * Closes the connection. Always completes, after at most 5 s.
     *
     * @param forget whether the retained presence is removed (a clean leave)
     */
    Mono<Void> close(boolean forget);

    /**
     * The numbers of the networks on which a member is present, the preferred one first. A transport over one network
     * returns 0.
     */
    default int[] networksOf(String member) {
        return new int[] {0};
    }

    /**
     * What must be allowed elsewhere so that frames to and from a member arrive, in words for messages: the rules of a broker. Empty
     * if nothing needs to be. Does not block.
     */
    default String requirements(String member) {
        return "";
    }

    /** The same of frames to a member alone, for when those from it arrive. */
    default String requirementsTo(String member) {
        return "";
    }

    /** The largest frame that can be sent, in bytes. */
    int maxFrame();

    /** Receives frames and events of a transport. The receiver owns the arrays that it is given. */
    interface Receiver {
        /**
         * A frame arrived.
         *
         * @param from the sender, as the transport knows it
         */
        void frame(String from, byte[] frame);

        /**
         * Whether the inbox is so full that further frames may be dropped. A transport that can do so stops reading
         * while this is true, and checks again within a millisecond. May be called from any thread.
         */
        default boolean isFull() {
            return false;
        }

        /** A retained or new presence arrived. It is empty if the presence was removed. */
        void presence(String member, byte[] status);

        /** Another member requests an announcement. */
        void hello();

        /** The transport is connected, again or for the first time, and its subscriptions are active. */
        void connected();

        /**
         * The connection was lost or could not be established. The transport tries again. The message of the cause says
         * to where and why.
         */
        void disconnected(Throwable cause);

        /**
         * One of several networks was lost while others are connected. Frames in flight on it are lost; frames sent
         * from now on use another network. Only transports over several networks call this.
         */
        default void networkLost(Throwable cause) {}
    }
}
