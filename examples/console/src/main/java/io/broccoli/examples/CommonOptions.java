package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.network.Networks;
import io.broccoli.spi.ConnectOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command: network, cluster, credentials, time-out and verbosity. */
final class CommonOptions {

    /** The broker if none is named. */
    static final String DEFAULT_BROKER = "mqtt://localhost:1883";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--broker",
            paramLabel = "URL",
            description = "mqtt://host:port, or tcp://host:port to use no broker; mqtts:// and tcps:// for TLS.")
    @Nullable String broker;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = ClusterOptions.DEFAULT_CLUSTER,
            description = "Name of the cluster; several can share a broker. Default: ${DEFAULT-VALUE}.")
    String cluster = ClusterOptions.DEFAULT_CLUSTER;

    @Option(names = "--username", paramLabel = "NAME", description = "User name. Default: BROCCOLI_USERNAME.")
    private @Nullable String username;

    @Option(
            names = "--password",
            paramLabel = "SECRET",
            description = "Password or secret. Prefer BROCCOLI_PASSWORD, which other users cannot see.")
    private @Nullable String password;

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
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Limit of each wait for broker, nodes and results: 30, 500ms, 2m. Default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = {"-v", "--verbose"},
            description = "Log more; -vv logs even more.")
    boolean[] verbose = {};

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only results and errors.")
    boolean quiet;

    /** The given broker, or {@code otherwise} if there is none. */
    URI brokerOr(String otherwise) {
        String text = broker == null ? otherwise : broker;
        try {
            URI uri = new URI(text.contains(":/") || text.endsWith(":") ? text : "mqtt://" + text);
            for (URI each : Networks.of(uri)) {
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
        } else if (password != null) {
            throw usage("--password needs --username");
        }
        return usesTls() ? options.withTls(tls()) : options;
    }

    @Nullable String username() {
        return username == null ? System.getenv("BROCCOLI_USERNAME") : username;
    }

    @Nullable String password() {
        return password == null ? System.getenv("BROCCOLI_PASSWORD") : password;
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

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
