package io.broccoli.transport.codec;

import io.broccoli.frame.Frame;

/** The first element of a frame is {@code version * 16 + kind}; as long as that is below 128 it is one byte. */
final class FrameKinds {
    static final int STATUS = 0;
    static final int POLL = 1;
    static final int GRANT = 2;
    static final int TASKS = 3;
    static final int RESULTS = 4;
    static final int ITEMS = 5;
    static final int CANCEL = 6;
    static final int NACK = 7;
    static final int BYE = 8;

    private static final int KINDS = 16;

    private FrameKinds() {}

    static int head(int kind) {
        return Frame.VERSION * KINDS + kind;
    }

    static int version(int head) {
        return head / KINDS;
    }

    static int kind(int head) {
        return head % KINDS;
    }
}
