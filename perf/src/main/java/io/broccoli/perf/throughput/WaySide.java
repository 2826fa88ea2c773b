package io.broccoli.perf.throughput;

import io.broccoli.cluster.Cluster;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.process.ChildProcess;
import io.broccoli.perf.process.MosquittoProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node process and a client in this process, which reach each other in one {@link Way}; and the broker, if there is one. */
final class WaySide implements AutoCloseable {

    static final String CLIENT = "client";
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final Way way;
    private final @Nullable MosquittoProcess broker;
    private final ChildProcess node;
    private final Cluster cluster;

    /** Blocks until the client knows the node. What was begun is ended if that fails. */
    WaySide(Way way, @Nullable MosquittoProcess broker) throws IOException {
        this.way = way;
        this.broker = broker;
        node = ChildProcess.start(WayNodeMain.class, List.of(), way.args());
        Cluster made = null;
        try {
            node.awaitReady();
            made = Cluster.connect(way.options(CLIENT));
            made.awaitNodes(1, LONGEST_START).block();
            cluster = made;
        } catch (IOException | RuntimeException e) {
            if (made != null) {
                made.close();
            }
            node.close();
            throw e;
        }
    }

    int port() {
        return URI.create(way.uri()).getPort();
    }

    /** Named as its way is. */
    MapSubject subject() {
        List<ProcessHandle> others = new ArrayList<>(List.of(node.handle()));
        if (broker != null) {
            others.add(broker.handle());
        }
        return new MapSubject(way.name(), cluster, new Processes(others));
    }

    @Override
    public void close() {
        cluster.close();
        node.close();
        if (broker != null) {
            broker.close();
        }
    }
}
