package io.broccoli.canvas;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;

/** A cluster in this process, for tests: some nodes and a client, over the in-memory transport. */
final class Nodes implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final List<Node> nodes = new ArrayList<>();
    private final Cluster cluster;

    private Nodes(NodeOptions options, List<TaskRegistry> registries) {
        ClusterOptions base = ClusterOptions.of("memory:canvas-" + COUNT.incrementAndGet());
        for (TaskRegistry registry : registries) {
            nodes.add(Node.start(base.withMember("node-" + (nodes.size() + 1)), options, registry));
        }
        cluster = Cluster.connect(base.withMember("client"));
        cluster.awaitNodes(registries.size(), Duration.ofSeconds(10)).block();
    }

    /** Nodes as small as boards: they take tasks of at most 256 bytes. */
    static Nodes small() {
        TaskRegistry all = BuiltInTasks.registry(BuiltInTasks.names()).build();
        return new Nodes(NodeOptions.DEFAULTS.withQueue(8).withWorkers(1).withMaxTask(256), List.of(all, all));
    }

    /** Nodes of four places and two workers. */
    static Nodes small(TaskRegistry... registries) {
        return new Nodes(NodeOptions.DEFAULTS.withQueue(2).withWorkers(2), List.of(registries));
    }

    static Nodes offering(TaskRegistry... registries) {
        return new Nodes(NodeOptions.DEFAULTS.withQueue(60).withWorkers(2), List.of(registries));
    }

    /** Three nodes with the tasks of the conformance cases. */
    static Nodes builtIn() {
        TaskRegistry all = BuiltInTasks.registry(BuiltInTasks.names()).build();
        return offering(all, all, all);
    }

    Cluster cluster() {
        return cluster;
    }

    Canvas canvas() {
        return Canvas.on(cluster).withTimeout(Duration.ofSeconds(20));
    }

    /** Waits until nodes ran so many tasks with success: what they tell of themselves may lag behind results. */
    void awaitSucceeded(long tasks) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(20))
                .map(tick -> nodes.stream()
                        .mapToLong(node -> node.stats().succeeded())
                        .sum())
                .filter(succeeded -> succeeded == tasks)
                .blockFirst(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        cluster.close();
        nodes.forEach(Node::close);
    }
}
