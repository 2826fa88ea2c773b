package io.broccoli.perf.torture;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.perf.process.ChildProcess;

/** A node process. Answers each question with its figures, as they were after what it heard before. */
public final class NodeMain {

    private NodeMain() {}

    /** Arguments: the broker's URI, the node's name, its queue, its workers. */
    public static void main(String[] args) throws Exception {
        Labour labour = new Labour();
        ClusterOptions options = ClusterOptions.of(args[0]).withMember(args[1]);
        Node node = labour.node(options, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        ChildProcess.ready(question -> {
            Figures figures = Figures.of(labour.started.get(), node.stats());
            return figures.toString();
        });
        node.close();
        System.exit(0);
    }
}
