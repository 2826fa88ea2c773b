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
 * A member of a cluster of nodes: it knows the nodes, and sends tasks to them. All methods may be called from any
 * thread. None blocks, except {@link #close()} and, for a bounded time, {@link #stats()}.
 *
 * <p>Publishers signal on the member's threads, or on the thread that caused the signal. Never block there; use
 * {@code publishOn} for work that takes long.
 *
 * <p>Code that a user passes in may throw anything. A router, plan, predicate or value that throws fails its element; the
 * failure names the class. If an operator or subscriber of a returned publisher throws in {@code onSubscribe} or
 * {@code onNext}, or the source throws when it is requested or cancelled, the subscription ends at once with that
 * throwable as its error. Two faults cannot be detected: a throwable on a thread of the user's own scheduler, for example
 * behind a {@code publishOn}, and code that never returns. The latter occupies the thread that called it.
 */
public interface Cluster extends AutoCloseable {

    /**
     * Joins a cluster with the default {@link ClusterOptions}. Returns before the member is connected: it connects, and
     * reconnects, in the background.
     *
     * @param uri {@code mqtt://host:port}, {@code tcp://host:port} (no broker), {@code embedded:} (a broker in this
     *     process) or {@code memory:}; several, joined by {@code +}, to use them all
     * @throws IllegalArgumentException if there is no transport for the scheme; the message names the artifact to add
     */
    static Cluster connect(String uri) {
        return connect(ClusterOptions.of(uri));
    }

    /**
     * Joins a cluster, as {@link #connect(String)} does.
     *
     * @throws IllegalArgumentException if there is no transport for the scheme; the message names the artifact to add
     */
    static Cluster connect(ClusterOptions options) {
        return ServiceLoader.load(ClusterFactory.class, ClusterFactory.class.getClassLoader())
                .findFirst()
                .orElseThrow()
                .connect(options);
    }

    /**
     * The member of the node that runs a task, for sending sub-tasks. It can be used as long as the task runs.
     *
     * <p>Sub-tasks are one level deeper than their task. A sub-task deeper than 16 levels fails with
     * {@link io.broccoli.task.FailureKind#NESTING_EXHAUSTED}. Sub-tasks are cancelled when their task ends, is
     * cancelled, or its producer is lost. A task that waits for sub-tasks in the {@code Mono} that its handler returned
     * holds its place on the node, but no worker. If no node has room for a sub-task, the parent's node runs it in the
     * parent's place, one at a time, if it offers the task. Otherwise the sub-task waits for room. It fails with
     * NESTING_EXHAUSTED after 30 s without room, or after 5 s if too many tasks of the parent's node wait for sub-tasks
     * already. So nested tasks never deadlock.
     *
     * <p>{@link #close} has no effect on this cluster.
     *
     * @throws IllegalArgumentException if the context is not that of a task on a node
     */
    static Cluster of(TaskContext context) {
        return context.get(Cluster.class);
    }

    /** The name of this member. */
    String name();

    /** The name of the cluster that this member joined. */
    String clusterName();

    /** The nodes that are known now, ordered by name. Nodes that left are not included. */
    List<NodeInfo> nodes();

    /**
     * The networks of this member over which a node can be reached now, the preferred one first. Empty if there is
     * none.
     *
     * @param node the name of the node
     */
    List<URI> networks(String node);

    /**
     * Changes of the connection and of the known nodes. Emits the present state of the connection first, if it is
     * known. Keeps at most 256 events for a slow subscriber and drops the oldest. Completes when the member is closed.
     */
    Flux<ClusterEvent> events();

    /**
     * Waits until the known nodes satisfy a condition.
     *
     * @return emits the nodes that satisfied it; errors with a {@link java.util.concurrent.TimeoutException} that names
     *     the known nodes and the state of the connection, or with an {@link IllegalStateException} if the member is
     *     closed
     */
    Mono<List<NodeInfo>> awaitNodes(Predicate<List<NodeInfo>> condition, Duration timeout);

    /** Waits for at least {@code count} active nodes, as {@link #awaitNodes(Predicate, Duration)} does. */
    default Mono<List<NodeInfo>> awaitNodes(int count, Duration timeout) {
        return awaitNodes(
                nodes -> nodes.stream()
                                .filter(node -> node.state() == NodeState.ACTIVE)
                                .count()
                        >= count,
                timeout);
    }

    /**
     * Runs a plan for each element of a source, as fast as the nodes have room. Nothing happens before the
     * subscription.
     *
     * <p>Demand on the source never exceeds the credit that nodes granted; one element may wait without credit. It
     * never exceeds the window minus the elements that were taken and not yet emitted. Cancelling removes the stream's
     * queued tasks from the nodes and stops those that run.
     *
     * @return emits one outcome for each element, or one for each value of an element whose task gives several; errors
     *     only with the error of the source, after the outcomes of the elements before it
     */
    <I, R> Flux<TaskOutcome<R>> dispatch(Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options);

    /**
     * The samples of a feed with values of their plain types (numbers, strings, lists, maps), from all nodes that offer
     * the feed now or later. See {@link #feed(String, Class, FeedOptions)}.
     */
    default Flux<Sample<Object>> feed(String feed) {
        return feed(feed, Object.class, FeedOptions.DEFAULTS);
    }

    /**
     * The samples of a feed from all nodes that offer it now or later. See {@link #feed(String, Class, FeedOptions)}.
     */
    default <T> Flux<Sample<T>> feed(String feed, Class<T> type) {
        return feed(feed, type, FeedOptions.DEFAULTS);
    }

    /**
     * The samples of a feed, from each node in the order of its source. The feed never completes.
     *
     * <p>Demand on each source is the demand of the subscriber plus at most a window. The source decides what it does
     * with samples beyond that ({@link io.broccoli.feed.Source}). Nothing is requested before the subscription.
     * Cancelling ends the demand at each node.
     *
     * <p>Each node has its own part of the feed. A part starts when the node is seen. It ends when the node leaves or
     * is lost, or its source completes. It starts again, behind the samples that were emitted, when the node is back.
     * When a part fails, the feed errors with its {@link io.broccoli.task.TaskException}, unless
     * {@link FeedOptions#skipFailures} is set. A part fails with the failure of the source, with CONVERSION if a value
     * is not of the type, or with TOO_MANY_SUBSCRIBERS.
     *
     * <p>A feed that a task subscribes to is not sub-work of the task. It ends with the publisher that contains it.
     *
     * @param feed the name of the feed
     * @param type the type to which values are converted
     */
    <T> Flux<Sample<T>> feed(String feed, Class<T> type, FeedOptions options);

    /**
     * The tasks of this member that are in flight or waiting now, at most {@link TaskInFlight#MOST}; those of one
     * stream oldest first.
     */
    Mono<List<TaskInFlight>> inFlight();

    /**
     * The streams of this member that run now, at most {@link StreamInfo#MOST}: how far each is, and what it waits for. Each call
     * goes through all elements that were taken and not emitted; nothing is counted between calls.
     */
    Mono<List<StreamInfo>> streams();

    /**
     * Measures the way to a node: how long it takes to answer when it is asked for credit. That is the network's round trip and
     * the node's own delay, without any task. Nothing is sent before the subscription.
     *
     * @param node the name of the node
     * @param timeout how long to wait for the answer
     * @return emits the time; errors with an {@link IllegalArgumentException} if the node is not known, or with a
     *     {@link java.util.concurrent.TimeoutException} if it does not answer in time
     */
    Mono<Duration> roundTrip(String node, Duration timeout);

    /**
     * Counters and gauges of this member. Waits for the member's current work, for at most a second. On a non-blocking
     * thread ({@code Schedulers.isInNonBlockingThread()}) it does not wait: while the member is busy it returns the
     * previous figures.
     */
    ClusterStats stats();

    /**
     * Ends all streams with {@link io.broccoli.task.FailureKind#CLOSED} and leaves the cluster. Blocks for at most 5 s.
     * Further calls have no effect.
     *
     * @throws IllegalStateException on a thread that must not block: one of the transport, or one for which
     *     {@code Schedulers.isInNonBlockingThread()} holds. Nothing is closed then; close from another thread
     */
    @Override
    void close();
}
