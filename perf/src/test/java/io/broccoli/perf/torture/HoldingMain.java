package io.broccoli.perf.torture;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.perf.process.ChildProcess;
import java.time.Duration;
import reactor.core.publisher.Flux;

/** A client process that fills the nodes with long tasks, and waits to be killed. */
public final class HoldingMain {

    private HoldingMain() {}

    /** Arguments: the broker's URI, the client's name, how many milliseconds a task takes. */
    public static void main(String[] args) throws Exception {
        try (Cluster client = Cluster.connect(ClusterOptions.of(args[0]).withMember(args[1]))) {
            client.awaitNodes(1, Duration.ofSeconds(30)).block();
            Flux.range(1_000_000, 1_000)
                    .transform(Labour.stage(RealCluster.canvas(client), Integer.parseInt(args[2])))
                    .subscribe();
            ChildProcess.ready();
        }
    }
}
