package io.broccoli.transport.tcp;

import org.jspecify.annotations.Nullable;

/** Another member, from its first connection until it left or is given up. On the event loop. */
final class Peer {

    final String name;
    /** Null: the connection was lost, and a new one is tried. */
    @Nullable Link link;

    /** Of the life that the connection was made in. */
    long instance;

    long started;
    byte @Nullable [] will;
    /** Whether it said something of itself that was not taken back. */
    boolean present;
    /** When it is given up, unless there is a connection by then. */
    long goneAt;

    Peer(String name) {
        this.name = name;
    }
}
