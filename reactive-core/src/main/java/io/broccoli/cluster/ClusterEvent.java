package io.broccoli.cluster;

import org.jspecify.annotations.Nullable;

/** A change of the known nodes, or of the connection to the cluster. */
public sealed interface ClusterEvent {

    /**
     * A node appeared, changed its announcement, became {@link NodeState#STALLED}, or answers again.
     *
     * @param before the node before the change; null if it was not known
     */
    record NodeChanged(NodeInfo node, @Nullable NodeInfo before) implements ClusterEvent {}

    /** A node left or was lost. */
    record NodeGone(NodeInfo node) implements ClusterEvent {}

    /** The member is connected. */
    record Connected() implements ClusterEvent {}

    /** The connection was lost or could not be established. The member tries again. */
    record Disconnected(Throwable cause) implements ClusterEvent {}
}
