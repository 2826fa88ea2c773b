package io.broccoli.internal.nested;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.StreamInfo;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.task.TaskOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A node's member as one of its tasks sees it: what is dispatched is the task's sub-work. */
public record NestedCluster(Cluster member, SubWork subWork) implements Cluster {

    @Override
    public String name() {
        return member.name();
    }

    @Override
    public String clusterName() {
        return member.clusterName();
    }

    @Override
    public List<NodeInfo> nodes() {
        return member.nodes();
    }

    @Override
    public List<URI> networks(String node) {
        return member.networks(node);
    }

    @Override
    public Flux<ClusterEvent> events() {
        return member.events();
    }

    @Override
    public Mono<List<NodeInfo>> awaitNodes(Predicate<List<NodeInfo>> condition, Duration timeout) {
        return member.awaitNodes(condition, timeout);
    }

    @Override
    public <I, R> Flux<TaskOutcome<R>> dispatch(
            Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options) {
        return subWork.dispatch(source, plan, options);
    }

    /** A feed is the member's, as it does not end: it is cancelled by the task's own publisher, which must be a part of it. */
    @Override
    public <T> Flux<Sample<T>> feed(String feed, Class<T> type, FeedOptions options) {
        return member.feed(feed, type, options);
    }

    @Override
    public Mono<List<TaskInFlight>> inFlight() {
        return member.inFlight();
    }

    @Override
    public Mono<List<StreamInfo>> streams() {
        return member.streams();
    }

    @Override
    public Mono<Duration> roundTrip(String node, Duration timeout) {
        return member.roundTrip(node, timeout);
    }

    @Override
    public ClusterStats stats() {
        return member.stats();
    }

    @Override
    public void close() {
        // The member is the node's.
    }
}
