package io.broccoli.transport.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection to a broker; the message says to which one and why. It has no stack trace: many sends may end with the
 * same one.
 */
public final class BrokerConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String broker;
    private final Reason reason;

    BrokerConnectionException(String broker, Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.broker = broker;
        this.reason = reason;
    }

    /** Where the broker is or should be, as {@code host:port}. */
    public String broker() {
        return broker;
    }

    /** What kind of failure it is. */
    public Reason reason() {
        return reason;
    }

    /** Why there is no connection. */
    public enum Reason {
        /** It was not tried yet, or this side ended it. */
        NOT_CONNECTED,
        /** The name of the host has no address. */
        UNKNOWN_HOST,
        /** Nothing answers there. */
        UNREACHABLE,
        /** The certificate of one side was not accepted, or one side does not speak TLS. */
        TLS,
        /** The broker refused the login or a subscription; that will not change by trying again. */
        REFUSED,
        /** It was connected, and that ended. */
        LOST,
        /** It ends again and again right after the login: most likely another member has the same name. */
        NAME_TAKEN
    }
}
