package io.broccoli.node;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.task.TaskRegistry;

/** Makes nodes: the seam between the interface and the member at work, found by {@link java.util.ServiceLoader}. */
public interface NodeFactory {

    Node start(ClusterOptions cluster, NodeOptions options, TaskRegistry tasks);
}
