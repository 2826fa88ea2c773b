package io.broccoli.transport.mqtt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A RabbitMQ server for a test, with its MQTT plugin. Several are a cluster. */
public final class RabbitServer implements BrokerProcess {

    private static final String NAME = "rabbitmq-server";
    private static final Path DEBIAN = Path.of("/usr/lib/rabbitmq/lib");
    private static final Duration LONGEST_START = Duration.ofSeconds(120);
    private static final String OPEN = """
            listeners.tcp = none
            mqtt.listeners.tcp.1 = 127.0.0.1:%d
            mqtt.tcp_listen_options.nodelay = true
            """;

    private final Program program;
    private final AutoCloseable helper;

    private RabbitServer(NameService names, String node, AutoCloseable helper) {
        this.helper = helper;
        Path folder = Program.newFolder();
        program = new Program(folder, Ports.free(), names.environment(node, folder), List.of(script()));
    }

    /** Skips the test where there is none, unless there must be one. */
    public static void assumeInstalled() {
        Program.assumeInstalled(NAME);
    }

    /** Servers of one cluster, which all let clients in. */
    public static BrokerCluster cluster(int size) {
        NameService names = NameService.start();
        List<String> nodes =
                IntStream.range(0, size).mapToObj(i -> "n" + i + "@localhost").toList();
        String known = IntStream.range(0, size)
                .mapToObj(i -> "cluster_formation.classic_config.nodes." + (i + 1) + " = " + nodes.get(i) + "\n")
                .collect(Collectors.joining());
        List<RabbitServer> servers = nodes.stream()
                .map(each -> new RabbitServer(names, each, () -> {}))
                .toList();
        BrokerCluster cluster = new BrokerCluster(servers, names);
        try {
            servers.forEach(each -> each.configure(OPEN.formatted(each.port()) + known));
            servers.get(0).start(); // the others find it, so that there are not two clusters
            servers.subList(1, size).forEach(each -> each.program.launch());
            servers.forEach(each -> Logins.await(each.port(), LONGEST_START));
        } catch (RuntimeException failed) {
            cluster.close();
            throw failed;
        }
        return cluster;
    }

    /** One that is no cluster, and has no configuration yet. */
    public static RabbitServer prepare() {
        NameService names = NameService.start();
        return new RabbitServer(names, "alone@localhost", names);
    }

    /** @param configuration what is in its rabbitmq.conf */
    public void configure(String configuration) {
        Program.write(program.folder().resolve("rabbitmq.conf"), configuration);
        Program.write(program.folder().resolve("enabled_plugins"), "[rabbitmq_mqtt].\n");
    }

    /** Not Debian's wrapper, which changes the user. */
    private static String script() {
        if (Files.isDirectory(DEBIAN)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(DEBIAN, "rabbitmq_server-*")) {
                for (Path each : versions) {
                    return each.resolve("sbin").resolve(NAME).toString();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Program.path(NAME).orElse(Path.of(NAME)).toString();
    }

    @Override
    public int port() {
        return program.port();
    }

    /** When it listens, it lets in whom it may. */
    @Override
    public void start() {
        program.start(LONGEST_START);
    }

    @Override
    public void stop() {
        program.stop();
    }

    @Override
    public void close() {
        program.close();
        try {
            helper.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** By which Erlang VMs find each other (epmd). Without one of the test's own, they start one that outlives them all. */
    private static final class NameService implements AutoCloseable {

        private final Path home = Program.newFolder();
        private final int port = Ports.free();
        private final Program program = new Program(
                home,
                port,
                Map.of(),
                List.of("epmd", "-relaxed_command_check", "-address", "127.0.0.1", "-port", Integer.toString(port)));

        static NameService start() {
            NameService names = new NameService();
            Path secret = Program.write(
                    names.home.resolve(".erlang.cookie"), UUID.randomUUID().toString());
            try {
                Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            names.program.start();
            return names;
        }

        /** Of a node. Nothing of it is where the distribution has its own. */
        Map<String, String> environment(String node, Path folder) {
            return Map.ofEntries(
                    Map.entry("HOME", home.toString()), // the secret that its nodes share is there
                    Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                    Map.entry("ERL_EPMD_PORT", Integer.toString(port)),
                    Map.entry("RABBITMQ_NODENAME", node),
                    Map.entry("RABBITMQ_DIST_PORT", Integer.toString(Ports.free())),
                    Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
                    Map.entry(
                            "RABBITMQ_CONFIG_FILE",
                            folder.resolve("rabbitmq.conf").toString()),
                    Map.entry(
                            "RABBITMQ_ENABLED_PLUGINS_FILE",
                            folder.resolve("enabled_plugins").toString()),
                    Map.entry("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString()),
                    Map.entry("RABBITMQ_SCHEMA_DIR", folder.resolve("schema").toString()),
                    Map.entry("RABBITMQ_LOG_BASE", folder.toString()),
                    Map.entry(
                            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                            "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"),
                    Map.entry("detached", "true")); // no shell between, which would survive its death
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
