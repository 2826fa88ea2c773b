package io.broccoli.transport.mqtt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A NATS server for a test: it is a broker for MQTT 3.1.1, and several of them are a cluster, over whose nodes messages, kept ones too, are
 * replicated.
 */
public final class NatsServer implements BrokerProcess {

    private static final String NAME = "nats-server";
    private static final Duration LONGEST_START = Duration.ofSeconds(60); // until they agree on who leads
    private static final String OPEN = """
            server_name: %s
            listen: 127.0.0.1:%d
            jetstream { store_dir: "store", max_mem: 64MB, max_file: 256MB }
            mqtt { listen: 127.0.0.1:%d%s }
            """;

    private final Program program;
    private final boolean locked;

    private NatsServer(boolean locked, IntFunction<String> configuration) {
        this.locked = locked;
        int port = Ports.free();
        program = Program.configured(NAME, Program.newFolder(), port, configuration.apply(port));
    }

    private static NatsServer open(String name, String routes, String replicas) {
        return new NatsServer(false, port -> OPEN.formatted(name, Ports.free(), port, replicas) + routes);
    }

    /**
     * One that does not let everybody in; not started yet.
     *
     * @param configuration for the port that members use; paths are relative to {@link #folder}
     */
    public static NatsServer locked(IntFunction<String> configuration) {
        return new NatsServer(true, configuration);
    }

    /** One that is no cluster; not started yet. */
    static NatsServer prepare() {
        return open("alone", "", "");
    }

    /** Nodes of one cluster, which all answer. */
    public static BrokerCluster cluster(int size) {
        int[] ports = IntStream.range(0, size).map(i -> Ports.free()).toArray();
        String routes =
                IntStream.of(ports).mapToObj(port -> "nats://127.0.0.1:" + port).collect(Collectors.joining(", "));
        List<NatsServer> nodes = IntStream.range(0, size)
                .mapToObj(i -> open(
                        "node-" + i,
                        "cluster { name: broccoli, listen: 127.0.0.1:" + ports[i] + ", routes: [" + routes + "] }\n",
                        ", stream_replicas: " + size + ", consumer_replicas: " + size))
                .toList();
        try {
            nodes.forEach(each -> each.program.launch());
            nodes.forEach(NatsServer::awaitAnswer);
        } catch (RuntimeException failed) {
            nodes.forEach(NatsServer::close);
            throw failed;
        }
        return BrokerCluster.of(nodes);
    }

    /** Skips the test where there is none, unless there must be one. */
    public static void assumeInstalled() {
        Program.assumeInstalled(NAME);
    }

    @Override
    public int port() {
        return program.port();
    }

    /** Of its configuration. */
    public Path folder() {
        return program.folder();
    }

    @Override
    public void start() {
        program.start();
        if (!locked) {
            awaitAnswer();
        }
    }

    private void awaitAnswer() {
        Logins.await(port(), LONGEST_START);
    }

    @Override
    public void stop() {
        program.stop();
    }

    @Override
    public void close() {
        program.close();
    }
}
