package io.broccoli.transport.tcp;

import org.jspecify.annotations.Nullable;

/** What a message between two ends is: the byte after its length. */
enum Kind {
    /** Who is here; the first message of both ends. */
    HELLO(1),
    /** That the sender of the HELLO knows the secret; the second message. */
    PROOF(2),
    /** Why this connection ends: a {@link Refusal}. */
    REFUSE(3),
    /** A frame of the protocol above. */
    FRAME(16),
    /** What the sender says of itself; empty: nothing any more. */
    PRESENCE(17),
    /** What is to be told of the sender when it vanishes. */
    WILL(18),
    /** Asks the receiver to announce itself. */
    CALL(19),
    /** Addresses of members. */
    PEERS(20),
    /** Nothing, but that the sender lives. */
    ALIVE(21),
    /** The last message of a member that leaves. */
    LEAVE(22);

    private static final @Nullable Kind[] BY_CODE = new Kind[32];

    static {
        for (Kind each : values()) {
            BY_CODE[each.code] = each;
        }
    }

    final byte code;

    Kind(int code) {
        this.code = (byte) code;
    }

    static @Nullable Kind of(byte code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
