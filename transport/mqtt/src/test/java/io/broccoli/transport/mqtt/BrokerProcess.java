package io.broccoli.transport.mqtt;

/** A broker that a test may stop and start. */
public interface BrokerProcess extends AutoCloseable {

    /** The same port after each start. */
    int port();

    void start();

    /** Without a farewell, where that is possible. */
    void stop();

    @Override
    default void close() {
        stop();
    }
}
