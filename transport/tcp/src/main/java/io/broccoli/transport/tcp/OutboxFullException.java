package io.broccoli.transport.tcp;

/**
 * The outbox for a member is full because the member is slower than this one. The frame was not sent. The exception has
 * no stack trace.
 */
public final class OutboxFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final long limit;

    OutboxFullException(String member, long limit) {
        super(limit + " bytes already wait for '" + member + "', which is the limit", null, false, false);
        this.limit = limit;
    }

    /** The most bytes that wait for one member, including overhead. */
    public long limit() {
        return limit;
    }
}
