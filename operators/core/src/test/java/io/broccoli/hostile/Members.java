package io.broccoli.hostile;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterFactory;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeFactory;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.util.ServiceLoader;

/** As {@link Cluster#connect} and {@link Node#start}, but with the classes that this one sees: where these are mutated, with mutated ones. */
final class Members {

    private Members() {}

    static Cluster connect(ClusterOptions options) {
        return load(ClusterFactory.class).connect(options);
    }

    static Node start(ClusterOptions cluster, NodeOptions options, TaskRegistry tasks) {
        return load(NodeFactory.class).start(cluster, options, tasks);
    }

    private static <T> T load(Class<T> service) {
        return ServiceLoader.load(service, Members.class.getClassLoader())
                .findFirst()
                .orElseThrow();
    }
}
