package io.broccoli.node;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ServiceLoader;
import reactor.core.publisher.Mono;

/** A node of a cluster: it takes tasks as it has room for them, and runs them. Methods may be called from any thread. */
public interface Node extends AutoCloseable {

    /**
     * Starts a node. The connection is made, and made again, in the background.
     *
     * @throws IllegalArgumentException if the options contradict each other, or there is no transport for the URI
     */
    static Node start(ClusterOptions cluster, NodeOptions options, TaskRegistry tasks) {
        return ServiceLoader.load(NodeFactory.class, NodeFactory.class.getClassLoader())
                .findFirst()
                .orElseThrow()
                .start(cluster, options, tasks);
    }

    String name();

    /** The same member as a client: a node may send work to others. */
    Cluster cluster();

    /** What this node did and holds now; on which thread it may wait, and when it is older, is as with {@link Cluster#stats}. */
    NodeStats stats();

    /**
     * Offers the tasks of a module, in one step in place of those that the module had, which all other members hear of. Begins when
     * it is subscribed. What runs finishes with the functions that it began with; a task that waits for a replaced one goes back
     * to its producer, and from there to whoever offers it. A module's task hides one of the same name that the node was started
     * with, until the module has it no more.
     *
     * @param module its name; 1 to 64 characters
     * @param version as others see it, and {@code Router.version} chooses by it
     * @param tasks all that the module has now; none takes it away
     * @return ends when they are offered; errors with an {@link IllegalArgumentException} if another module has a task of this
     *     name, if one is a feed, or there are more than can be announced, and with an {@link IllegalStateException} if the
     *     node was closed: then nothing has changed
     */
    Mono<Void> offer(String module, String version, TaskRegistry tasks);

    /**
     * Takes nothing more, hands back what is queued and finishes what runs, with the sub-tasks that it waits for. Begins when it
     * is subscribed; cancelling does not take it back.
     *
     * @param timeout when it stops to wait for what runs, which runs on until {@link #close}
     * @return what was done, when nothing is left or the time is over
     */
    Mono<DrainReport> drain(Duration timeout);

    /** Leaves: what is queued is given back, what runs is abandoned. Takes at most 5 s. */
    @Override
    void close();
}
