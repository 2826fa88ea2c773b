package io.broccoli.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is established. Immutable.
 *
 * @param username the user name; null for none
 * @param password the password or secret; null for none
 * @param tls the TLS files; null for no TLS, unless the URI's scheme requires it
 * @param qos the MQTT QoS of frames: 0 (default; the credit protocol repeats lost frames) or 1
 * @param connectTimeout the time-out of one attempt; default 10 s
 * @param maxFrame the largest frame of this member, in bytes, 1,024 to 16,777,216: it sends none that is larger, and announces
 *     this size to others. For brokers with a limit. It only lowers what the transport or its URI says. Default 0: nothing
 *     is lowered
 * @param standIn whether the connection stands in for a member of another network: it gives way to the member itself,
 *     and does not listen on networks where members dial each other
 * @param passwords of the members that a relay stands in for, by their names, which are their user names; empty, the default: it
 *     connects for them with its own user name and password
 */
public record ConnectOptions(
        @Nullable String username,
        @Nullable String password,
        @Nullable Tls tls,
        int qos,
        Duration connectTimeout,
        int maxFrame,
        boolean standIn,
        Map<String, String> passwords) {

    /** The least {@link #maxFrame}. */
    public static final int LEAST_MAX_FRAME = 1_024;

    /** The greatest {@link #maxFrame}. */
    public static final int MOST_MAX_FRAME = 16 * 1024 * 1024;

    /** No credentials, no TLS, QoS 0, a time-out of 10 s. */
    public static final ConnectOptions DEFAULTS =
            new ConnectOptions(null, null, null, 0, Duration.ofSeconds(10), 0, false, Map.of());

    public ConnectOptions {
        if (qos != 0 && qos != 1) {
            throw new IllegalArgumentException("qos must be 0 or 1, not " + qos);
        }
        if (maxFrame != 0 && (maxFrame < LEAST_MAX_FRAME || maxFrame > MOST_MAX_FRAME)) {
            throw new IllegalArgumentException(
                    "maxFrame is " + LEAST_MAX_FRAME + " to " + MOST_MAX_FRAME + " bytes, not " + maxFrame);
        }
        passwords = Map.copyOf(passwords);
    }

    /** Sets the user name and the password. */
    public ConnectOptions withCredentials(String name, String secret) {
        return new ConnectOptions(name, secret, tls, qos, connectTimeout, maxFrame, standIn, passwords);
    }

    /** Sets a secret without a user name, for networks without a broker. */
    public ConnectOptions withSecret(String secret) {
        return new ConnectOptions(null, secret, tls, qos, connectTimeout, maxFrame, standIn, passwords);
    }

    /** Sets the TLS files. */
    public ConnectOptions withTls(Tls value) {
        return new ConnectOptions(username, password, value, qos, connectTimeout, maxFrame, standIn, passwords);
    }

    /** Sets the MQTT QoS of frames, 0 or 1. */
    public ConnectOptions withQos(int value) {
        return new ConnectOptions(username, password, tls, value, connectTimeout, maxFrame, standIn, passwords);
    }

    /** Sets the largest frame, 1,024 to 16,777,216 bytes; 0: as the transport has it. */
    public ConnectOptions withMaxFrame(int value) {
        return new ConnectOptions(username, password, tls, qos, connectTimeout, value, standIn, passwords);
    }

    /** The largest frame of a transport with these options whose own largest frame this is, in bytes. */
    public int maxFrameOf(int transport) {
        return maxFrame == 0 ? transport : Math.min(maxFrame, transport);
    }

    /** Marks the connection as a stand-in for a member of another network. */
    public ConnectOptions inStead() {
        return new ConnectOptions(username, password, tls, qos, connectTimeout, maxFrame, true, passwords);
    }

    /** Sets the passwords of the members that a relay stands in for, by their names. */
    public ConnectOptions withPasswords(Map<String, String> value) {
        return new ConnectOptions(username, password, tls, qos, connectTimeout, maxFrame, standIn, value);
    }

    /**
     * Marks the connection as a stand-in for this member of another network, with the member's credentials if there are passwords of
     * members. Empty if there are, and none of this member.
     */
    public Optional<ConnectOptions> inStead(String member) {
        if (passwords.isEmpty()) {
            return Optional.of(inStead());
        }
        return Optional.ofNullable(passwords.get(member))
                .map(secret ->
                        withCredentials(member, secret).withPasswords(Map.of()).inStead());
    }

    /** Omits passwords. */
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
