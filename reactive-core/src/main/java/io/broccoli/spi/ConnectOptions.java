package io.broccoli.spi;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is established. Immutable.
 *
 * @param username the user name; null for none
 * @param password the password or secret; null for none
 * @param tls the TLS files; null for no TLS, unless the URI's scheme requires it
 * @param qos the MQTT QoS of frames: 0 (default; the credit protocol repeats lost frames) or 1
 * @param connectTimeout the time-out of one attempt; default 10 s
 * @param standIn whether the connection stands in for a member of another network: it gives way to the member itself,
 *     and does not listen on networks where members dial each other
 */
public record ConnectOptions(
        @Nullable String username,
        @Nullable String password,
        @Nullable Tls tls,
        int qos,
        Duration connectTimeout,
        boolean standIn) {

    /** No credentials, no TLS, QoS 0, a time-out of 10 s. */
    public static final ConnectOptions DEFAULTS =
            new ConnectOptions(null, null, null, 0, Duration.ofSeconds(10), false);

    public ConnectOptions {
        if (qos != 0 && qos != 1) {
            throw new IllegalArgumentException("qos must be 0 or 1, not " + qos);
        }
    }

    /** Sets the user name and the password. */
    public ConnectOptions withCredentials(String name, String secret) {
        return new ConnectOptions(name, secret, tls, qos, connectTimeout, standIn);
    }

    /** Sets a secret without a user name, for networks without a broker. */
    public ConnectOptions withSecret(String secret) {
        return new ConnectOptions(null, secret, tls, qos, connectTimeout, standIn);
    }

    /** Sets the TLS files. */
    public ConnectOptions withTls(Tls value) {
        return new ConnectOptions(username, password, value, qos, connectTimeout, standIn);
    }

    /** Sets the MQTT QoS of frames, 0 or 1. */
    public ConnectOptions withQos(int value) {
        return new ConnectOptions(username, password, tls, value, connectTimeout, standIn);
    }

    /** Marks the connection as a stand-in for a member of another network. */
    public ConnectOptions inStead() {
        return new ConnectOptions(username, password, tls, qos, connectTimeout, true);
    }

    /** Omits the password. */
    @Override
    public String toString() {
        return "ConnectOptions[username=" + username + ", tls=" + tls + ", qos=" + qos + "]";
    }

    /**
     * TLS with PEM files. A certificate and its key must be given together.
     *
     * @param ca the certificates to trust; null selects those of the Java installation
     * @param certificate the certificate chain of this member; null for none
     * @param key the private key of this member, unencrypted PKCS#8; null for none
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
