package io.broccoli.cluster;

import org.jspecify.annotations.Nullable;

/** A change in the cluster, or in the connection to it. */
public sealed interface ClusterEvent {

    /** A node appeared, announced something new, was found {@link NodeState#STALLED}, or answers again. */
    record NodeChanged(NodeInfo node, @Nullable NodeInfo before) implements ClusterEvent {}

    /** A node left, or vanished. */
    record NodeGone(NodeInfo node) implements ClusterEvent {}

    /** The connection stands. */
    record Connected() implements ClusterEvent {}

    /** The connection was lost or could not be made; it is tried again. */
    record Disconnected(Throwable cause) implements ClusterEvent {}
}
