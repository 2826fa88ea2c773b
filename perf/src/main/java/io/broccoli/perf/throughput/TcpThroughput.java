package io.broccoli.perf.throughput;

import io.broccoli.cluster.Cluster;
import io.broccoli.perf.measure.Meter;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Report;
import io.broccoli.perf.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TCP without a broker, one node process at a time, beside RSocket and a raw echo in another process. RSocket's responder adds on the
 * network's thread, so it is held against a node that does so too; what the way to worker threads costs is shown beside it.
 */
final class TcpThroughput {

    private static final double LEAST_RATE = 1.0;
    private static final double MOST_LATENCY = 1.0;
    private static final double MOST_OF_AN_ECHO = 1.3;
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final int[] inFlight;
    private final boolean quick;
    private final int turns;
    private final List<String> nodeJvm;

    TcpThroughput(int[] inFlight, boolean quick, int turns, List<String> nodeJvm) {
        this.inFlight = inFlight;
        this.quick = quick;
        this.turns = turns;
        this.nodeJvm = nodeJvm;
    }

    void measure(Report report) throws IOException, InterruptedException {
        int port = freePort();
        int workersPort = freePort();
        int rSocketPort = freePort();
        int echoPort = freePort();
        int framePort = freePort();
        String uri = "tcp://127.0.0.1:" + port;
        String workersUri = "tcp://127.0.0.1:" + workersPort;
        List<ChildProcess> children = new ArrayList<>();
        try {
            ChildProcess node = node(uri, false);
            children.add(node);
            ChildProcess withWorkers = node(workersUri, true);
            children.add(withWorkers);
            ChildProcess rivals = ChildProcess.start(
                    RivalMain.class,
                    nodeJvm,
                    List.of(Integer.toString(rSocketPort), Integer.toString(echoPort), Integer.toString(framePort)));
            children.add(rivals);
            node.awaitReady();
            withWorkers.awaitReady();
            rivals.awaitReady();
            Processes theirs = new Processes(List.of(rivals.handle()));
            try (Cluster cluster = Cluster.connect(Arena.ALL[0].options(uri));
                    Cluster other = Cluster.connect(Arena.ALL[0].options(workersUri));
                    RSocketSubject rSocket = new RSocketSubject(rSocketPort, theirs);
                    EchoSubject echo = new EchoSubject(echoPort, theirs);
                    FrameEcho frames = new FrameEcho(framePort, theirs)) {
                cluster.awaitNodes(1, LONGEST_START).block();
                other.awaitNodes(1, LONGEST_START).block();
                MapSubject map = new MapSubject("canvas.map", cluster, new Processes(List.of(node.handle())));
                MapSubject onWorkers = new MapSubject(
                        "canvas.map, worker threads", other, new Processes(List.of(withWorkers.handle())));
                Meter meter = new Meter(
                        quick ? 2 : 10, quick ? 0.3 : 2.2, port, workersPort, rSocketPort, echoPort, framePort);
                for (int window : inFlight) {
                    boolean alone = window == 1;
                    new Duel("tcp", params(window), 0, window, map)
                            .against(rSocket, 1)
                            .fight(meter, turns, report, alone ? MOST_LATENCY : LEAST_RATE);
                    new Duel("tcp", params(window), 0, window, onWorkers)
                            .against(rSocket, 1)
                            .fight(meter, turns, report, Double.NaN);
                    if (alone) {
                        new Duel("round trip", params(window), 0, window, frames)
                                .against(echo, 1)
                                .fight(meter, turns, report, MOST_OF_AN_ECHO);
                    }
                }
            }
        } finally {
            children.forEach(ChildProcess::close);
        }
    }

    private ChildProcess node(String uri, boolean workerThreads) throws IOException {
        return ChildProcess.start(
                NodeMain.class,
                nodeJvm,
                List.of(uri, "node-0", Boolean.toString(workerThreads), Arena.ALL[0].toString()));
    }

    private static Map<String, Object> params(int window) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("W", window);
        return params;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
