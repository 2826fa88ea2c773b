package io.broccoli.examples.quickstart;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.cluster.ClusterStats.LinkStats;
import io.broccoli.node.Node;
import io.broccoli.node.NodeStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How far the stream is. Counted by the stream, looked at by the display. */
final class Progress {

    private final Cluster cluster;
    private final List<Node> nodes;
    private final int workers;
    private final AtomicLong handedOut = new AtomicLong();
    private final AtomicLong workedOut = new AtomicLong();
    private final long startNanos = System.nanoTime();
    private final long waitsBefore;

    /** Counts from now on. */
    Progress(Cluster cluster, List<Node> nodes, int workers) {
        this.cluster = cluster;
        this.nodes = nodes;
        this.workers = workers;
        this.waitsBefore = cluster.stats().sourceWaits();
    }

    /** The source gave an earthquake. */
    void handedOut() {
        handedOut.incrementAndGet();
    }

    /** The energy of one came back. */
    void workedOut() {
        workedOut.incrementAndGet();
    }

    Moment look() {
        ClusterStats stats = cluster.stats();
        Map<String, LinkStats> links =
                stats.links().stream().collect(Collectors.toMap(LinkStats::node, Function.identity()));
        return new Moment(
                Duration.ofNanos(System.nanoTime() - startNanos),
                handedOut.get(),
                workedOut.get(),
                stats.inFlight(),
                stats.sourceWaits() - waitsBefore,
                nodes.stream().map(node -> look(node, links.get(node.name()))).toList());
    }

    private NodeMoment look(Node node, @Nullable LinkStats link) {
        NodeStats stats = node.stats();
        return new NodeMoment(
                node.name(),
                stats.queued(),
                Math.max(0, stats.maxHeld() - workers),
                stats.running(),
                link == null ? 0 : link.credit(),
                link == null ? 0 : link.inFlight(),
                stats.succeeded());
    }

    /**
     * All of it at one moment.
     *
     * @param at since the start
     * @param handedOut earthquakes that the source gave
     * @param workedOut earthquakes whose energy came back
     * @param inFlight tasks that are on their way, queued or running
     * @param sourceWaits how often the source had to wait for credit
     */
    record Moment(Duration at, long handedOut, long workedOut, int inFlight, long sourceWaits, List<NodeMoment> nodes) {

        int mostQueued() {
            return nodes.stream().mapToInt(NodeMoment::mostQueued).max().orElse(0);
        }

        /** @param before null: the start */
        double perSecondSince(@Nullable Moment before) {
            double seconds = (before == null ? at : at.minus(before.at)).toNanos() / 1e9;
            long more = before == null ? workedOut : workedOut - before.workedOut;
            return seconds > 0 ? more / seconds : 0;
        }
    }

    /**
     * One node at one moment.
     *
     * @param queued tasks that wait there
     * @param mostQueued most that ever did
     * @param running tasks that run there
     * @param credit tasks that it may be sent now
     * @param inFlight tasks that were sent to it and have not come back
     * @param done tasks that it finished since it started
     */
    record NodeMoment(String name, int queued, int mostQueued, int running, long credit, int inFlight, long done) {}
}
