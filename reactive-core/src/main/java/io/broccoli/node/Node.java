package io.broccoli.node;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ServiceLoader;
import reactor.core.publisher.Mono;

/**
 * A node of a cluster: a bounded queue with workers. It grants credit to producers and runs their tasks. All methods
 * may be called from any thread. None blocks, except {@link #close()} and, for a bounded time, {@link #stats()}.
 */
public interface Node extends AutoCloseable {

    /**
     * Starts a node. Returns before it is connected: it connects, and reconnects, in the background.
     *
     * @throws IllegalArgumentException if the options contradict each other, if there is no transport for the URI, or if
     *     the tasks are too many to be announced
     */
    static Node start(ClusterOptions cluster, NodeOptions options, TaskRegistry tasks) {
        return ServiceLoader.load(NodeFactory.class, NodeFactory.class.getClassLoader())
                .findFirst()
                .orElseThrow()
                .start(cluster, options, tasks);
    }

    /** The name of this member, unique in the cluster. */
    String name();

    /** The same member as a client. A node may send tasks to other nodes. */
    Cluster cluster();

    /**
     * Counters and gauges of this node. It may wait, or return previous figures, under the conditions of
     * {@link Cluster#stats}.
     */
    NodeStats stats();

    /**
     * Replaces the tasks and feeds of a module in one step, and announces the change to all members. Starts when it is
     * subscribed.
     *
     * <p>Running tasks finish with the functions that they started with. A queued task of a replaced function is
     * returned to its producer, which sends it to a node that offers it. A task of a module hides a task of the same
     * name that the node was started with, until the module no longer has it. Subscribers of a replaced feed are
     * subscribed to the newer one by their members; its samples go on with the numbers of the older one.
     *
     * @param module the name of the module; 1 to 64 characters
     * @param version the version that the node announces, used by {@link io.broccoli.route.Router#version}
     * @param tasks all tasks and feeds of the module; an empty registry removes the module
     * @return completes when the tasks are offered; errors with an {@link IllegalArgumentException} if another module
     *     has a task of one of these names, or if the node would be too large to be announced, and with an {@link IllegalStateException} if the node was closed. After an error nothing has changed
     */
    Mono<Void> offer(String module, String version, TaskRegistry tasks);

    /**
     * Stops accepting tasks, returns queued tasks to their producers, and lets running tasks finish, together with
     * their sub-tasks. Starts when it is subscribed. Cancelling does not undo it.
     *
     * @param timeout how long to wait for running tasks. After that they are told to stop: publishers are cancelled, code that
     *     blocks is interrupted. Their producers send them to other nodes, as if this node were lost
     * @return emits the report when no task is left, or when the time is over
     */
    Mono<DrainReport> drain(Duration timeout);

    /**
     * Leaves the cluster. Queued tasks are returned to their producers, running tasks are abandoned. Blocks for at most
     * 5 s. To let running tasks finish, subscribe to {@link #drain} first.
     *
     * @throws IllegalStateException on a thread that must not block: one of the transport, or one for which
     *     {@code Schedulers.isInNonBlockingThread()} holds. Nothing is closed then; close from another thread
     */
    @Override
    void close();
}
