package io.broccoli.transport.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection to a broker. The message names the broker and the reason. The exception has no stack trace,
 * because many sends may end with the same one.
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

    /** The address of the broker, as {@code host:port}. */
    public String broker() {
        return broker;
    }

    /** The kind of failure. */
    public Reason reason() {
        return reason;
    }

    /** Why there is no connection. */
    public enum Reason {
        /** No connection was attempted yet, or this member closed it. */
        NOT_CONNECTED,
        /** The host name cannot be resolved. */
        UNKNOWN_HOST,
        /** The broker does not answer. */
        UNREACHABLE,
        /** A certificate was not accepted, or only one side uses TLS. */
        TLS,
        /** The broker refused the login. Trying again does not help. */
        REFUSED,
        /** The broker accepted the login and refused a subscription, or closes the connection at it. Trying again does not help. */
        SUBSCRIPTION_REFUSED,
        /** The connection was lost. */
        LOST,
        /** The connection ends repeatedly right after the login. Most likely another member has the same name. */
        NAME_TAKEN
    }
}
