package io.broccoli.transport.mqtt;

/**
 * The outbox is full because the broker is slower than this member. The frame was not sent. The exception has no stack
 * trace.
 */
public final class OutboxFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private OutboxFullException(long limit, String unit) {
        super(limit + " " + unit + " already wait for the broker, which is the limit", null, false, false);
    }

    static OutboxFullException frames(int limit) {
        return new OutboxFullException(limit, "frames");
    }

    static OutboxFullException bytes(long limit) {
        return new OutboxFullException(limit, "bytes");
    }
}
