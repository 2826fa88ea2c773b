package io.broccoli.window;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Nodes with feeds of event times, and a client that cuts them into windows, in virtual time on one thread. */
@NullUnmarked
final class FeedWorld implements AutoCloseable {

    static final String FEED = "times";

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final MemoryNetwork network = new MemoryNetwork(time, FaultPlan.NONE.withDelay(Duration.ofMillis(1)));
    final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<Node> crashed = new ArrayList<>();
    final List<WindowResult<Object, List<Sample<Long>>>> results = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    final List<Long> late = new ArrayList<>();
    final List<Sample<Long>> came = new ArrayList<>(); // in the order of arrival
    EventStage<Sample<Long>, WindowResult<Object, List<Sample<Long>>>> stage;
    private Cluster client;

    /** Samples by the time that their value states; idle times are by the virtual clock. */
    EventTime<Sample<Long>, Object> times() {
        return EventTime.<Long>ofSamples()
                .withTime(sample -> {
                    came.add(sample);
                    return Instant.ofEpochMilli(sample.value());
                })
                .on(time)
                .keyedBy(sample -> null);
    }

    private ClusterOptions options(String member) {
        return ClusterOptions.of("memory:feeds")
                .withMember(member)
                .withTransport(network)
                .withTime(time, () -> time.now(TimeUnit.NANOSECONDS));
    }

    void node(String name, Publisher<Long> source) {
        node(name, Source.of(source));
    }

    void node(String name, Source source) {
        node(name, FEED, source);
    }

    void node(String name, String feed, Source source) {
        NodeOptions small = NodeOptions.DEFAULTS.withQueue(6).withWorkers(2).withWorkerScheduler(time);
        TaskRegistry tasks = TaskRegistry.builder()
                .task("id", "x", Long.class, x -> x)
                .source(feed, source)
                .build();
        nodes.put(name, Node.start(options(name), small, tasks));
    }

    /** Times that can be replayed as fast as they are asked for. */
    static Flux<Long> every(long step, long until) {
        return Flux.fromStream(
                () -> LongStream.iterate(0, t -> t < until, t -> t + step).boxed());
    }

    /** The present time of the world, in milliseconds, whether asked for or not. */
    Flux<Long> live(long period) {
        return Flux.interval(Duration.ofMillis(period), time)
                .map(tick -> time.now(TimeUnit.MILLISECONDS))
                .onBackpressureDrop();
    }

    /** The node leaves with a word. */
    void leave(String name) {
        nodes.remove(name).close();
    }

    /** The node's process dies. */
    void crash(String name) {
        network.vanish(name);
        crashed.add(nodes.remove(name));
        awaitNextLife();
    }

    /**
     * Lives are numbered by tenths of a second of the real clock, which virtual time does not move: a node that came back within one
     * would first find its own name as GONE, and begin twice.
     */
    private static void awaitNextLife() {
        long tenth = System.currentTimeMillis() / 100;
        while (System.currentTimeMillis() / 100 == tenth) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    Cluster client() {
        if (client == null) {
            client = Cluster.connect(options("client"));
            await(() -> client.nodes().size() == nodes.size(), Duration.ofSeconds(5));
        }
        return client;
    }

    EventFeed<Long> feed() {
        return feed(FEED);
    }

    EventFeed<Long> feed(String name) {
        return EventFeed.of(client(), name, Long.class);
    }

    void subscribe(EventFeed<Long> feed, EventStage<Sample<Long>, WindowResult<Object, List<Sample<Long>>>> windows) {
        stage = windows;
        windows.late().subscribe(it -> late.add(it.element().value()));
        feed.through(windows).subscribe(results::add, errors::add);
    }

    /** All values of the results, of those that were late too. */
    List<Long> seen() {
        List<Long> all = new ArrayList<>(late);
        results.forEach(it -> it.value().forEach(sample -> all.add(sample.value())));
        return all;
    }

    void advance(Duration by) {
        for (long i = by.toMillis(); i > 0; i -= 10) {
            time.advanceTimeBy(Duration.ofMillis(Math.min(10, i)));
        }
    }

    void await(BooleanSupplier condition, Duration most) {
        for (long waited = 0; !condition.getAsBoolean(); waited++) {
            if (waited > most.toMillis()) {
                throw new AssertionError("not so after " + most + ": " + results.size() + " results, "
                        + (stage == null ? "" : stage.stats()) + errors);
            }
            time.advanceTimeBy(Duration.ofMillis(1));
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        nodes.values().forEach(Node::close);
        crashed.forEach(Node::close);
    }
}
