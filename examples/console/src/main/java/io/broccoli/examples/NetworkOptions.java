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
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that join a cluster. What a command does without {@code --broker} is its own. */
abstract class NetworkOptions extends CommonOptions {

    /** The broker if none is named. */
    static final String DEFAULT_BROKER = "mqtt://localhost:1883";

    private static final String ADDRESS =
            "mqtt://host:port, or tcp://host:port to use no broker; mqtts:// and tcps:// for TLS.";

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

    /** How a member joins the cluster over this broker. */
    ClusterOptions joining(URI uri) {
        return ClusterOptions.of(uri.toString()).withCluster(cluster).withConnect(connecting());
    }

    private ConnectOptions connecting() {
        if (qos != 0 && qos != 1) {
            throw usage("--qos is 0 or 1, not " + qos);
        }
        ConnectOptions options = ConnectOptions.DEFAULTS.withQos(qos);
        String name = username();
        String secret = password();
        if (name != null) {
            options = options.withCredentials(name, secret == null ? "" : secret);
        } else if (hasPasswordOption()) {
            throw usage("--password needs --username");
        }
        return usesTls() ? options.withTls(tls()) : options;
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
