package io.broccoli.transport.mqtt;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An ActiveMQ Artemis for a test, in a JVM of its own. Several are a cluster. */
public final class ArtemisServer implements BrokerProcess {

    private static final Duration LONGEST_START = Duration.ofSeconds(120);
    private static final String CONFIGURATION = """
            <configuration xmlns="urn:activemq">
              <core xmlns="urn:activemq:core">
                <name>n%d</name>
                <security-enabled>false</security-enabled>
                <connectors>
            %s
                </connectors>
                <acceptors>
                  <acceptor name="members">tcp://127.0.0.1:%d?protocols=MQTT</acceptor>
                  <acceptor name="brokers">tcp://127.0.0.1:%d?protocols=CORE</acceptor>
                </acceptors>
                <cluster-connections>
                  <cluster-connection name="broccoli">
                    <connector-ref>n%1$d</connector-ref>
                    <message-load-balancing>STRICT</message-load-balancing>
                    <max-hops>1</max-hops>
                    <static-connectors>
            %s
                    </static-connectors>
                  </cluster-connection>
                </cluster-connections>
              </core>
            </configuration>
            """;

    private final Program program;

    private ArtemisServer(Program program) {
        this.program = program;
    }

    /** Servers of one cluster, which all let clients in. */
    public static BrokerCluster cluster(int size) {
        int[] ports = IntStream.range(0, size).map(i -> Ports.free()).toArray();
        List<ArtemisServer> servers =
                IntStream.range(0, size).mapToObj(i -> prepare(i, ports)).toList();
        BrokerCluster cluster = BrokerCluster.of(servers);
        try {
            servers.forEach(each -> each.program.launch());
            servers.forEach(ArtemisServer::awaitAnswer);
        } catch (RuntimeException failed) {
            cluster.close();
            throw failed;
        }
        return cluster;
    }

    /** @param ports at which the servers of the cluster talk to each other */
    private static ArtemisServer prepare(int which, int[] ports) {
        Path folder = Program.newFolder();
        int port = Ports.free();
        String connectors = lines(ports.length, i -> true, i -> "<connector name=\"n%d\">tcp://127.0.0.1:%d</connector>"
                .formatted(i, ports[i]));
        String others = lines(ports.length, i -> i != which, "<connector-ref>n%d</connector-ref>"::formatted);
        Path file = Program.write(
                folder.resolve("broker.xml"), CONFIGURATION.formatted(which, connectors, port, ports[which], others));
        return new ArtemisServer(new Program(
                folder,
                port,
                Map.of(),
                List.of(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-Xmx192m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ArtemisMain.class.getName(),
                        file.toUri().toString())));
    }

    private static String lines(int count, IntPredicate which, IntFunction<String> line) {
        return IntStream.range(0, count).filter(which).mapToObj(line).collect(Collectors.joining("\n"));
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
