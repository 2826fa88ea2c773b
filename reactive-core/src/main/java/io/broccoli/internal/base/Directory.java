package io.broccoli.internal.base;

import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Guard;
import io.broccoli.internal.boundary.Guarded;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Who is there. Written on the member's serial executor, read from any thread. */
public final class Directory {

    private static final int EVENTS_KEPT = 256;
    private static final int NODES_NAMED = 10;

    private final Scheduler scheduler;
    private final Boundary boundary;
    private final Map<String, NodeInfo> byName = new TreeMap<>();
    private final Queue<ClusterEvent> unpublished = new ArrayDeque<>(); // of the tasks since the last settling
    private final Sinks.Many<ClusterEvent> events = Sinks.many().multicast().directBestEffort();
    private volatile List<NodeInfo> nodes = List.of();
    private boolean changed; // since the nodes were copied
    private boolean closed;
    private volatile String connection = "not connected yet";
    private volatile @Nullable ClusterEvent connectionEvent; // the newest

    public Directory(Scheduler scheduler, Boundary boundary) {
        this.scheduler = scheduler;
        this.boundary = boundary;
    }

    public void changed(NodeInfo node) {
        NodeInfo before = byName.put(node.name(), node);
        publish(new ClusterEvent.NodeChanged(node, before));
    }

    /** Only the number of free places is newer. */
    public void free(String name, int free) {
        NodeInfo node = byName.get(name);
        if (node != null && node.free() != free) {
            byName.put(name, node.withFree(free));
            changed = true;
        }
    }

    public void gone(String name) {
        NodeInfo node = byName.remove(name);
        if (node != null) {
            publish(new ClusterEvent.NodeGone(node));
        }
    }

    /** Who is there now; {@link #nodes} says so when the executor has nothing else to do. */
    public List<NodeInfo> now() {
        if (changed) {
            changed = false;
            nodes = List.copyOf(byName.values()); // once for all that came together: they may be many
        }
        return nodes;
    }

    public int size() {
        return byName.size();
    }

    public @Nullable NodeInfo get(String name) {
        return byName.get(name);
    }

    public void connected() {
        connection = "connected";
        ClusterEvent event = new ClusterEvent.Connected();
        connectionEvent = event;
        publish(event);
    }

    public void disconnected(Throwable cause) {
        connection = "not connected: " + Guard.message(cause);
        ClusterEvent event = new ClusterEvent.Disconnected(cause);
        connectionEvent = event;
        publish(event);
    }

    private void publish(ClusterEvent event) {
        changed = true;
        unpublished.add(event);
    }

    /** Tells subscribers what happened, once it did. Their code is called here. */
    public void settle() {
        now();
        for (ClusterEvent event = unpublished.poll(); event != null; event = unpublished.poll()) {
            events.tryEmitNext(event); // fails only when nobody listens, or was closed
        }
        if (closed) {
            events.tryEmitComplete(); // once is enough
        }
    }

    public void close() {
        closed = true;
    }

    // ---- from any thread

    public List<NodeInfo> nodes() {
        return nodes;
    }

    public Flux<ClusterEvent> events() {
        // The sink is subscribed first: what happens meanwhile comes twice rather than not at all.
        Flux<ClusterEvent> all = Flux.merge(events.asFlux(), Flux.defer(() -> Mono.justOrEmpty(connectionEvent)))
                .onBackpressureBuffer(EVENTS_KEPT, BufferOverflowStrategy.DROP_OLDEST);
        return Guarded.flux(all, boundary.guard());
    }

    public Mono<List<NodeInfo>> await(Predicate<List<NodeInfo>> condition, Duration timeout) {
        Mono<List<NodeInfo>> enough = Flux.merge(events().map(event -> nodes), Flux.defer(() -> Flux.just(nodes)))
                .<Signal<List<NodeInfo>>>handle((present, out) -> {
                    try {
                        if (boundary.choices().isEnough(condition, present)) {
                            out.next(Signal.next(present));
                        }
                    } catch (ForeignFailure failed) {
                        out.next(Signal.error(failed.thrown())); // as a value: there are errors that Reactor rethrows
                    }
                })
                .next()
                .<List<NodeInfo>>dematerialize()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the member was closed")));
        Mono<List<NodeInfo>> inTime = Deadline.isForever(timeout)
                ? enough
                : enough.timeout(timeout, Mono.error(() -> tooLate(timeout)), scheduler);
        return Guarded.mono(inTime, boundary.guard());
    }

    private TimeoutException tooLate(Duration timeout) {
        return new TimeoutException(
                "The nodes waited for were not there within " + timeout.toMillis() + " ms; " + situation());
    }

    /** Who is there and how the connection is, for messages. */
    public String situation() {
        List<NodeInfo> present = nodes;
        String names = present.stream()
                .limit(NODES_NAMED)
                .map(node -> node.name() + " " + node.state())
                .collect(Collectors.joining(", "));
        String more = present.size() > NODES_NAMED ? " and " + (present.size() - NODES_NAMED) + " more" : "";
        return (present.isEmpty() ? "no node is known" : "known are " + names + more) + "; " + connection;
    }
}
