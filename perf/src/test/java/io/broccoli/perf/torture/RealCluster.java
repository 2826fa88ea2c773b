package io.broccoli.perf.torture;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.perf.process.ChildProcess;
import io.broccoli.perf.process.MosquittoProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** A mosquitto, node processes, and what else a test starts; all end with it. */
final class RealCluster implements AutoCloseable {

    static final Duration JOINING = Duration.ofSeconds(30);

    private static final List<String> SMALL = List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    final MosquittoProcess broker;
    private final String uri;
    private final Map<String, ChildProcess> nodes = new ConcurrentHashMap<>();
    private final Deque<AutoCloseable> others = new ArrayDeque<>(); // closed in the reverse order

    private RealCluster(MosquittoProcess broker, String uri) {
        this.broker = broker;
        this.uri = uri;
    }

    /** Skips the test where there is no mosquitto. */
    static RealCluster start() throws Exception {
        return start(0, 0, 0);
    }

    /** With faults on the way of each frame, in each process. */
    static RealCluster start(double loss, double repetition, long seed) throws Exception {
        Assumptions.assumeTrue(
                MosquittoProcess.isInstalled() || Boolean.getBoolean("broccoli.brokers.required"),
                "mosquitto is not installed");
        MosquittoProcess broker = MosquittoProcess.start();
        String uri = seed == 0 ? broker.uri() : FaultyTransportProvider.uri(broker.uri(), loss, repetition, seed);
        return new RealCluster(broker, uri);
    }

    String uri() {
        return uri;
    }

    ClusterOptions options(String member) {
        return ClusterOptions.of(uri).withMember(member);
    }

    /** A node process; it is not waited for. */
    ChildProcess node(String name, int queue, int workers) throws IOException {
        ChildProcess node = ChildProcess.start(
                NodeMain.class, SMALL, List.of(uri, name, Integer.toString(queue), Integer.toString(workers)));
        nodes.put(name, node);
        return node;
    }

    ChildProcess node(String name) {
        ChildProcess node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        return node;
    }

    Figures figures(String node) throws IOException {
        return Figures.parse(node(node).ask("figures"));
    }

    void awaitReady() throws IOException {
        for (ChildProcess node : nodes.values()) {
            node.awaitReady();
        }
    }

    /** Some other process, with the broker's URI as its first argument. */
    ChildProcess process(Class<?> main, List<String> options, List<String> args) throws IOException {
        List<String> all = new ArrayList<>(List.of(uri));
        all.addAll(args);
        return with(ChildProcess.start(main, options, all));
    }

    <T extends AutoCloseable> T with(T closeable) {
        others.addFirst(closeable);
        return closeable;
    }

    /** A client in this process that knows of so many nodes. */
    Cluster client(int count) {
        Cluster client = with(Cluster.connect(uri));
        client.awaitNodes(count, JOINING).block();
        return client;
    }

    static Canvas canvas(Cluster client) {
        return Canvas.on(client).withTimeout(Duration.ofMinutes(2));
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable other : others) {
            other.close();
        }
        nodes.values().forEach(ChildProcess::close);
        broker.close();
    }
}
