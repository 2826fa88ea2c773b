package io.broccoli.transport.tcp;

/** More was sent to a member than it has taken; this frame was not sent. It has no stack trace. */
public final class OutboxFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final long limit;

    OutboxFullException(String member, long limit) {
        super(limit + " bytes wait for '" + member + "' already, which is the limit", null, false, false);
        this.limit = limit;
    }

    /** How many bytes may wait for one member, with what they cost beside. */
    public long limit() {
        return limit;
    }
}
