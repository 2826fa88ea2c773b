package io.broccoli.transport.tcp;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection to a member. The message names the member or its address, and the reason. The exception has no
 * stack trace, because many sends may end with the same one.
 */
public final class TcpConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final Reason reason;

    TcpConnectionException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
    }

    /** The kind of failure. */
    public Reason reason() {
        return reason;
    }

    /** Why there is no connection. */
    public enum Reason {
        /** No connection was attempted yet, this member closed it, or no member of that name is known. */
        NOT_CONNECTED,
        /** The host name cannot be resolved. */
        UNKNOWN_HOST,
        /** The host does not answer. */
        UNREACHABLE,
        /** A certificate was not accepted, or only one side uses TLS. */
        TLS,
        /** The other end belongs to another cluster, has another secret, or uses another protocol. */
        REFUSED,
        /** The connection was lost. */
        LOST,
        /** Another member has the same name. */
        NAME_TAKEN,
        /** This member cannot listen at the configured address. */
        NOT_LISTENING
    }
}
