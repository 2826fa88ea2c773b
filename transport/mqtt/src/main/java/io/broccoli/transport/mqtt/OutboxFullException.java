package io.broccoli.transport.mqtt;

/** More was sent than the broker has taken; this frame was not sent. It has no stack trace. */
public final class OutboxFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private OutboxFullException(long limit, String unit) {
        super(limit + " " + unit + " wait for the broker already, which is the limit", null, false, false);
    }

    static OutboxFullException frames(int limit) {
        return new OutboxFullException(limit, "frames");
    }

    static OutboxFullException bytes(long limit) {
        return new OutboxFullException(limit, "bytes");
    }
}
