package io.broccoli.spi;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is made. Immutable.
 *
 * @param username null: none
 * @param password null: none
 * @param tls null: no TLS unless the URI's scheme asks for it
 * @param qos of data frames over MQTT: 0 (default; loss is made up for end to end) or 1
 * @param connectTimeout of one attempt
 * @param standIn whether the connection stands in for a member that is on another network: it gives way to the member itself, and,
 *     where members dial each other, listens nowhere
 */
public record ConnectOptions(
        @Nullable String username,
        @Nullable String password,
        @Nullable Tls tls,
        int qos,
        Duration connectTimeout,
        boolean standIn) {

    public static final ConnectOptions DEFAULTS =
            new ConnectOptions(null, null, null, 0, Duration.ofSeconds(10), false);

    public ConnectOptions {
        if (qos != 0 && qos != 1) {
            throw new IllegalArgumentException("qos must be 0 or 1, not " + qos);
        }
    }

    public ConnectOptions withCredentials(String name, String secret) {
        return new ConnectOptions(name, secret, tls, qos, connectTimeout, standIn);
    }

    /** A secret without a user name, as networks without a broker have it. */
    public ConnectOptions withSecret(String secret) {
        return new ConnectOptions(null, secret, tls, qos, connectTimeout, standIn);
    }

    public ConnectOptions withTls(Tls value) {
        return new ConnectOptions(username, password, value, qos, connectTimeout, standIn);
    }

    public ConnectOptions withQos(int value) {
        return new ConnectOptions(username, password, tls, value, connectTimeout, standIn);
    }

    /** For a connection that stands in for a member that is on another network. */
    public ConnectOptions inStead() {
        return new ConnectOptions(username, password, tls, qos, connectTimeout, true);
    }

    /** Never shows the password. */
    @Override
    public String toString() {
        return "ConnectOptions[username=" + username + ", tls=" + tls + ", qos=" + qos + "]";
    }

    /**
     * TLS by PEM files.
     *
     * @param ca certificates to trust; null: those of the Java installation
     * @param certificate this member's certificate chain; null: none
     * @param key this member's private key (PKCS#8); null: none
     */
    public record Tls(
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key) {
        public Tls {
            if ((certificate == null) != (key == null)) {
                throw new IllegalArgumentException("a client certificate and its key go together");
            }
        }
    }
}
