package io.broccoli.transport.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * A NATS server for a test: it is a broker for MQTT 3.1.1, and several of them are a cluster, over whose nodes messages, kept ones too, are
 * replicated.
 */
public final class NatsServer implements BrokerProcess {

    private static final String NAME = "nats-server";
    private static final Duration LONGEST_START = Duration.ofSeconds(60); // until they agree on who leads
    private static final String ALONE = """
            server_name: %s
            listen: 127.0.0.1:%d
            jetstream { store_dir: "%s", max_mem: 64MB, max_file: 256MB }
            mqtt { listen: 127.0.0.1:%d%s }
            """;

    private final Program program;

    private NatsServer(String name, String routes, String replicas) {
        Path folder = Program.newFolder();
        int port = Ports.free();
        program = new Program(
                NAME,
                folder,
                port,
                ALONE.formatted(name, Ports.free(), folder.resolve("store"), port, replicas) + routes);
    }

    /** One that is no cluster; not started yet. */
    static NatsServer prepare() {
        return new NatsServer("alone", "", "");
    }

    /** Nodes of one cluster, which all answer. */
    public static List<NatsServer> cluster(int size) {
        int[] ports = IntStream.range(0, size).map(i -> Ports.free()).toArray();
        String routes =
                IntStream.of(ports).mapToObj(port -> "nats://127.0.0.1:" + port).collect(Collectors.joining(", "));
        List<NatsServer> nodes = IntStream.range(0, size)
                .mapToObj(i -> new NatsServer(
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
        return nodes;
    }

    /** A list for members, who go on to the next when one dies; a different first one for each number. */
    public static String uri(List<NatsServer> nodes, int first) {
        return IntStream.range(0, nodes.size())
                .mapToObj(i ->
                        "127.0.0.1:" + nodes.get((first + i) % nodes.size()).port())
                .collect(Collectors.joining(",", "mqtt://", ""));
    }

    /** Skips the test where there is none, unless there must be one. */
    public static void assumeInstalled() {
        Program.assumeInstalled(NAME);
    }

    @Override
    public int port() {
        return program.port();
    }

    @Override
    public void start() {
        program.launch();
        awaitAnswer();
    }

    private void awaitAnswer() {
        Awaitility.await()
                .atMost(LONGEST_START)
                .pollInterval(Duration.ofMillis(100))
                .until(this::answers);
    }

    private boolean answers() {
        Mqtt3BlockingClient client = MqttClient.builder()
                .useMqttVersion3()
                .identifier(UUID.randomUUID().toString())
                .serverHost("127.0.0.1")
                .serverPort(port())
                .buildBlocking();
        try {
            client.connect();
            client.disconnect();
            return true;
        } catch (RuntimeException notYet) {
            return false;
        }
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
