package io.broccoli.transport.broker;

import org.jspecify.annotations.Nullable;

/** The embedded broker could not be started. The message says why. */
public final class BrokerStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
