package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.network.Networks;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that join a cluster. What a command does without {@code --broker} is its own. */
abstract class NetworkOptions extends CommonOptions {

    /** The broker if none is named. */
    static final String DEFAULT_BROKER = "mqtt://localhost:1883";

    private static final int MOST_MAX_FRAME = 65_536;

    private static final String ADDRESS =
            "mqtt://host:port, or tcp://host:port to use no broker; mqtts:// and tcps:// for TLS.";

    /** Of {@code --credentials}, where a command has it. */
    private Map<String, String> passwords = Map.of();

    /** What {@code --broker} says; null without it. */
    @Nullable String broker;

    /** Without {@code --broker}: the usual one on this machine. */
    static final class OrLocal extends NetworkOptions {
        @Option(
                names = "--broker",
                paramLabel = "URL",
                description = {ADDRESS, "Default: " + DEFAULT_BROKER + "."})
        private void setBroker(@Nullable String url) {
            broker = url;
        }
    }

    /** Without {@code --broker}: one that the command starts. */
    static final class OrEmbedded extends NetworkOptions {
        @Option(
                names = "--broker",
                paramLabel = "URL",
                description = {ADDRESS, "Default: a broker that this command starts in its process."})
        private void setBroker(@Nullable String url) {
            broker = url;
        }
    }

    /** Several networks, which must be named. */
    static final class Several extends NetworkOptions {
        @Option(
                names = "--broker",
                paramLabel = "URL+URL",
                description = "The networks, joined by plus signs. Each is " + ADDRESS + " No default.")
        private void setBroker(@Nullable String url) {
            broker = url;
        }
    }

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = ClusterOptions.DEFAULT_CLUSTER,
            description = "Name of the cluster; several can share a broker. Default: ${DEFAULT-VALUE}.")
    String cluster = ClusterOptions.DEFAULT_CLUSTER;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Name of this member, unique in the cluster. Default: at a broker the user name, as access rules"
                            + " expect it; else a random one.")
    private @Nullable String name;

    @Option(names = "--tls", description = "Use TLS.")
    private boolean tls;

    @Option(names = "--ca", paramLabel = "PEM", description = "Certificates to trust, instead of Java's.")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "PEM", description = "Certificate chain of this member; needs --key.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "PEM", description = "Private key of this member (PKCS#8, unencrypted).")
    private @Nullable Path key;

    @Option(names = "--qos", paramLabel = "0|1", defaultValue = "0", description = "MQTT QoS of frames. Default: 0.")
    private int qos;

    @Option(
            names = "--max-frame",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "Largest frame to send, and to be sent by others, for brokers with a limit; 1024 to 65536."
                    + " Default: 65536, or what maxFrame in the URL says.")
    private int maxFrame;

    /** The given broker, or {@code otherwise} if there is none. */
    URI brokerOr(String otherwise) {
        String text = broker == null ? otherwise : broker;
        try {
            URI uri = new URI(text.contains(":/") || text.endsWith(":") ? text : "mqtt://" + text);
            for (URI each : Networks.of(uri)) {
                requireTransport(text, each.getScheme());
                String hosts = each.getRawAuthority(); // a list of them is no host for Java's URIs
                if (each.getScheme().startsWith("mqtt") && (hosts == null || hosts.startsWith(":"))) {
                    throw usage("--broker " + text + " names no host: write mqtt://host:port");
                }
                if (hosts != null && hosts.contains("@")) {
                    throw usage("--broker takes no password in its URL: use --username and BROCCOLI_PASSWORD");
                }
            }
            return uri;
        } catch (IllegalArgumentException malformed) {
            throw usage("--broker " + text + " is no URL: " + malformed.getMessage());
        } catch (URISyntaxException malformed) {
            throw usage("--broker " + text + " is no URL: " + malformed.getReason());
        }
    }

    private void requireTransport(String text, String scheme) {
        Set<String> known = new TreeSet<>();
        ServiceLoader.load(TransportProvider.class).forEach(each -> known.addAll(each.schemes()));
        if (!known.contains(scheme)) {
            throw usage("--broker " + text + ": '" + scheme + "' is none of the schemes " + String.join(", ", known)
                    + ". Write mqtt://host:1883 for an MQTT broker (mqtts for TLS), or tcp://host:7470 for a network"
                    + " without a broker (tcps for TLS)");
        }
    }

    /** How the command's member joins the cluster over this broker. */
    ClusterOptions joining(URI uri) {
        ClusterOptions joining =
                ClusterOptions.of(uri.toString()).withCluster(cluster).withConnect(connecting(uri));
        return member(uri).map(joining::withMember).orElse(joining);
    }

    /** The name of the command's member, unless it may have any. */
    Optional<String> member(URI uri) {
        boolean brokers =
                Networks.of(uri).stream().anyMatch(each -> each.getScheme().startsWith("mqtt"));
        return Optional.ofNullable(name != null || !brokers ? name : username());
    }

    /** The name of the command's member; a random one where it may have any. */
    String member(URI uri, String prefix) {
        return member(uri).orElseGet(() -> prefix + UUID.randomUUID().toString().substring(0, 8));
    }

    ConnectOptions connecting() {
        return connecting(secret(username()), passwords);
    }

    /** What {@code --credentials} has is for brokers: members over TCP have no users, and {@code --password} is their secret. */
    private ConnectOptions connecting(URI uri) {
        boolean brokers =
                Networks.of(uri).stream().anyMatch(each -> each.getScheme().startsWith("mqtt"));
        return passwords.isEmpty() || brokers ? connecting() : connecting(password(), Map.of());
    }

    private ConnectOptions connecting(@Nullable String secret, Map<String, String> others) {
        if (qos != 0 && qos != 1) {
            throw usage("--qos is 0 or 1, not " + qos);
        }
        if (maxFrame != 0 && (maxFrame < ConnectOptions.LEAST_MAX_FRAME || maxFrame > MOST_MAX_FRAME)) {
            throw usage(
                    "--max-frame is " + ConnectOptions.LEAST_MAX_FRAME + " to " + MOST_MAX_FRAME + ", not " + maxFrame);
        }
        ConnectOptions options = ConnectOptions.DEFAULTS.withQos(qos).withMaxFrame(maxFrame);
        String name = username();
        if (name != null && (secret != null || passwords.isEmpty())) {
            options = options.withCredentials(name, secret == null ? "" : secret);
        } else if (name == null && hasPasswordOption()) {
            throw usage("--password needs --username");
        }
        options = options.withPasswords(others);
        return usesTls() ? options.withTls(tls()) : options;
    }

    /** The command connects in the names of these, too. Its own password may be one of them. */
    void connectFor(Map<String, String> those) {
        passwords = those;
        String own = username();
        if (!those.isEmpty() && (own == null || secret(own) == null)) {
            throw usage(
                    "--credentials: the command is a member itself: give --username, a name that has a line in the file");
        }
    }

    private @Nullable String secret(@Nullable String name) {
        String own = name == null ? null : passwords.get(name);
        return own == null ? password() : own;
    }

    /** The credentials for a process that joins on behalf of this one, as environment variables. */
    Map<String, String> secrets() {
        if (certificate != null || key != null) {
            throw usage("simulated boards have no certificate of their own: use --username");
        }
        Map<String, String> secrets = new HashMap<>();
        String name = username();
        if (name != null) {
            String secret = password();
            secrets.put("BROCCOLI_USERNAME", name);
            secrets.put("BROCCOLI_PASSWORD", secret == null ? "" : secret);
        }
        if (ca != null) {
            secrets.put("NODE_EXTRA_CA_CERTS", ca.toAbsolutePath().toString());
        }
        return secrets;
    }

    boolean usesTls() {
        return tls || ca != null || certificate != null || key != null;
    }

    private ConnectOptions.Tls tls() {
        if ((certificate == null) != (key == null)) {
            throw usage("--cert and --key go together");
        }
        return new ConnectOptions.Tls(readable("--ca", ca), readable("--cert", certificate), readable("--key", key));
    }

    private @Nullable Path readable(String option, @Nullable Path file) {
        if (file != null && !Files.isReadable(file)) {
            throw usage(option + " " + file + " cannot be read");
        }
        return file;
    }
}
