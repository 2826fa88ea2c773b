package io.broccoli.cluster;

import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A member of a cluster of nodes. All methods may be called from any thread and none blocks, but {@link #close()}.
 *
 * <p>Signals of the publishers arrive on the member's threads (or on the one that caused them): never block there, use
 * {@code publishOn} for what takes its time.
 */
public interface Cluster extends AutoCloseable {

    /**
     * Joins a cluster; the connection is made, and made again, in the background.
     *
     * @param uri {@code mqtt://host:port}, {@code embedded:} (a broker in this process) or {@code memory:}
     * @throws IllegalArgumentException if there is no transport for its scheme, naming the artifact to add
     */
    static Cluster connect(String uri) {
        return connect(ClusterOptions.of(uri));
    }

    /** Joins a cluster as {@link #connect(String)} does. */
    static Cluster connect(ClusterOptions options) {
        return ServiceLoader.load(ClusterFactory.class, ClusterFactory.class.getClassLoader())
                .findFirst()
                .orElseThrow()
                .connect(options);
    }

    /**
     * The cluster as a task sees it that sends sub-tasks: the node's member, for as long as the task runs.
     *
     * <p>Sub-tasks are one deeper than their task; more than 16 deep they fail with
     * {@link io.broccoli.task.FailureKind#NESTING_EXHAUSTED}. They are cancelled when their task ends, is cancelled, or nobody
     * waits for it any more. A task that waits for sub-tasks in the {@code Mono} that its handler returned holds its place on the
     * node but no worker. A sub-task for which no node has room is run by its parent's node in the parent's place, one at a
     * time, if that node offers it; else it waits, and fails with NESTING_EXHAUSTED after 30 s without any room, or 5 s if already
     * too many tasks of the parent's node wait for others. So nested tasks never wait for each other for ever.
     *
     * <p>What {@link #close} closes is not the task's to close: here it does nothing.
     *
     * @throws IllegalArgumentException if the context is not that of a task on a node
     */
    static Cluster of(TaskContext context) {
        return context.get(Cluster.class);
    }

    /** The name of this member. */
    String name();

    /** The nodes that are known now, in the order of their names; those that left are not among them. */
    List<NodeInfo> nodes();

    /** Over which of this member's networks a node can be reached now, the one that is used first; empty if over none. */
    List<URI> networks(String node);

    /**
     * How the connection is, if anything is known yet, then changes of it and in who is there; a slow subscriber loses the oldest
     * beyond 256.
     */
    Flux<ClusterEvent> events();

    /**
     * Waits until the nodes satisfy a condition.
     *
     * @return the nodes then; errors with a {@link java.util.concurrent.TimeoutException} that says who was there and whether
     *     there was a connection
     */
    Mono<List<NodeInfo>> awaitNodes(Predicate<List<NodeInfo>> condition, Duration timeout);

    /** Waits for at least this many active nodes. */
    default Mono<List<NodeInfo>> awaitNodes(int count, Duration timeout) {
        return awaitNodes(
                nodes -> nodes.stream()
                                .filter(node -> node.state() == NodeState.ACTIVE)
                                .count()
                        >= count,
                timeout);
    }

    /**
     * Runs a plan for each element of a source, as fast as the nodes have room.
     *
     * <p>The source is asked for no more than the credit that nodes gave (one element may wait without), and never for more
     * than the window minus the elements that were taken and not yet emitted. Cancelling voids what is queued on nodes.
     *
     * @return one outcome for each element, or, of a plan whose work gives several values, one for each of these; errors only with the error of the source, after the outcomes of what came before
     */
    <I, R> Flux<TaskOutcome<R>> dispatch(Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options);

    /** The samples of a feed as what they are: numbers, strings, lists, maps; from all nodes that offer it, now or later. */
    default Flux<Sample<Object>> feed(String feed) {
        return feed(feed, Object.class, FeedOptions.DEFAULTS);
    }

    /** The samples of a feed from all nodes that offer it, now or later. */
    default <T> Flux<Sample<T>> feed(String feed, Class<T> type) {
        return feed(feed, type, FeedOptions.DEFAULTS);
    }

    /**
     * The samples of a feed, from each node in the order of its source. Sources are asked for no more than the subscriber takes
     * and a window for each node; what they do meanwhile is chosen there ({@link io.broccoli.feed.Source}).
     *
     * <p>Nothing is asked before somebody subscribes. A node that comes later is subscribed when it is seen; one that leaves, is
     * lost, or whose source completes ends only its part, and begins again when it is back, behind what was emitted. Where a
     * part fails, the feed ends with its {@link io.broccoli.task.TaskException}, unless {@link FeedOptions#skipFailures} is
     * chosen: with what the source failed with, with CONVERSION where a value is not of the type, or with TOO_MANY_SUBSCRIBERS.
     * Cancelling ends the demand at each node. The feed never completes. It is no sub-work of a task that subscribes to it:
     * there it ends with the publisher that it is a part of.
     *
     * @param type what values are read as
     */
    <T> Flux<Sample<T>> feed(String feed, Class<T> type, FeedOptions options);

    /** The tasks that this member has under way now, at most {@link TaskInFlight#MOST} of them; those of a stream oldest first. */
    Mono<List<TaskInFlight>> inFlight();

    /**
     * What this member did and holds now. May wait for what the member is at, a second at most; not so on a thread that must not block
     * ({@code Schedulers.isInNonBlockingThread()}): there, while the member is busy, it is what was seen when it was last asked for.
     */
    ClusterStats stats();

    /** Ends all streams with {@link io.broccoli.task.FailureKind#CLOSED} and leaves; takes at most 5 s. */
    @Override
    void close();
}
