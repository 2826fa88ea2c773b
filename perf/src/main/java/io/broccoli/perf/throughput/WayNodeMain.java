package io.broccoli.perf.throughput;

import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.perf.process.ChildProcess;
import java.util.List;

/** A node process that is reached in one {@link Way}. Ends with its standard input. */
public final class WayNodeMain {

    static final String NAME = "node-0";

    private WayNodeMain() {}

    /** Arguments: those of the way. */
    public static void main(String[] args) throws Exception {
        try (Node node = NodeMain.start(Way.parse(List.of(args)).options(NAME), NodeOptions.DEFAULTS)) {
            ChildProcess.ready(question -> node.name());
        }
        System.exit(0);
    }
}
