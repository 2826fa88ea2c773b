package io.broccoli.transport.codec;

/** The first element of a body that is more than a call with arguments; that of such a call is its function, from 0 on. */
final class BodyKinds {
    static final int CALL = -1;
    static final int CHAIN = -2;
    static final int EACH = -3;
    static final int STAR = -4;

    private BodyKinds() {}
}
