package io.broccoli.perf.throughput;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.perf.process.ChildProcess;
import io.broccoli.task.TaskRegistry;
import java.util.ArrayList;
import java.util.List;

/** A node process of the benchmark: one node in each of the given clusters. Ends with its standard input. */
public final class NodeMain {

    private NodeMain() {}

    /** Arguments: the broker's URI, the node's name, whether it has threads for its workers, {@link Arena} after arena. */
    public static void main(String[] args) throws Exception {
        NodeOptions size =
                Boolean.parseBoolean(args[2]) ? NodeOptions.DEFAULTS : NodeOptions.DEFAULTS.withoutWorkerThreads();
        List<Node> nodes = new ArrayList<>();
        for (int i = 3; i < args.length; i++) {
            nodes.add(start(Arena.parse(args[i]).options(args[0]).withMember(args[1]), size));
        }
        ChildProcess.ready();
        System.exit(nodes.isEmpty() ? 1 : 0);
    }

    static Node start(ClusterOptions options, NodeOptions size) {
        TaskRegistry tasks = TaskRegistry.builder()
                .task("add", "x", Integer.class, "y", Integer.class, (x, y) -> x + y)
                .build();
        return Node.start(options, size, tasks);
    }
}
