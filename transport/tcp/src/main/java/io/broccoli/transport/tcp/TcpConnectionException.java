package io.broccoli.transport.tcp;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection to a member; the message says to which one or where, and why. It has no stack trace: many sends may end
 * with the same one.
 */
public final class TcpConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final Reason reason;

    TcpConnectionException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
    }

    /** What kind of failure it is. */
    public Reason reason() {
        return reason;
    }

    /** Why there is no connection. */
    public enum Reason {
        /** It was not tried yet, or this side ended it, or nobody of that name is known. */
        NOT_CONNECTED,
        /** The name of the host has no address. */
        UNKNOWN_HOST,
        /** Nothing answers there. */
        UNREACHABLE,
        /** The certificate of one side was not accepted, or one side does not speak TLS. */
        TLS,
        /** The other end belongs to another cluster, knows another secret, or speaks something else. */
        REFUSED,
        /** It was connected, and that ended. */
        LOST,
        /** Another member has the same name. */
        NAME_TAKEN,
        /** This member cannot listen where it was told to. */
        NOT_LISTENING
    }
}
