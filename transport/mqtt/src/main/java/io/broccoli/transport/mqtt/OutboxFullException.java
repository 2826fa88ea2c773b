package io.broccoli.transport.mqtt;

/** More frames were sent than the broker has taken; this one was not sent. It has no stack trace. */
public final class OutboxFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final int limit;

    OutboxFullException(int limit) {
        super(limit + " frames wait for the broker already, which is the limit", null, false, false);
        this.limit = limit;
    }

    /** How many frames may wait. */
    public int limit() {
        return limit;
    }
}
