package io.broccoli.internal.credit;

import io.broccoli.frame.Payload;
import java.nio.ByteBuffer;

/**
 * What a simulated task carries.
 *
 * @param element its place in {@link World#elements}; -1: somebody cheats
 * @param failures how often it failed before
 * @param fails how often it is to fail
 */
record SimBody(int element, int failures, int fails, boolean atMostOnce) {

    static final SimBody JUNK = new SimBody(-1, 0, 0, false);

    Payload encode() {
        return Payload.of(ByteBuffer.allocate(7)
                .putInt(element)
                .put((byte) failures)
                .put((byte) fails)
                .put((byte) (atMostOnce ? 1 : 0))
                .array());
    }

    static SimBody decode(Payload payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload.array(), payload.offset(), payload.length());
        return new SimBody(bytes.getInt(), bytes.get(), bytes.get(), bytes.get() == 1);
    }

    boolean failsNow() {
        return failures < fails;
    }
}
