package io.broccoli.node;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.task.TaskRegistry;

/** Creates the implementation of {@link Node}. It is found by {@link java.util.ServiceLoader}. */
public interface NodeFactory {

    /** See {@link Node#start}. */
    Node start(ClusterOptions cluster, NodeOptions options, TaskRegistry tasks);
}
