package io.broccoli.dispatch;

import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.NodeInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Who is there. Written on the member's serial executor, read from any thread. */
final class Directory {

    private static final int EVENTS_KEPT = 256;
    private static final int NODES_NAMED = 10;

    private final Scheduler scheduler;
    private final Map<String, NodeInfo> byName = new TreeMap<>();
    private final Sinks.Many<ClusterEvent> events = Sinks.many().multicast().directBestEffort();
    private volatile List<NodeInfo> nodes = List.of();
    private volatile String connection = "not connected yet";
    private volatile @Nullable ClusterEvent connectionEvent; // the newest

    Directory(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void changed(NodeInfo node) {
        NodeInfo before = byName.put(node.name(), node);
        publish(new ClusterEvent.NodeChanged(node, before));
    }

    /** Only the number of free places is newer. */
    void free(String name, int free) {
        NodeInfo node = byName.get(name);
        if (node != null && node.free() != free) {
            byName.put(name, node.withFree(free));
            nodes = List.copyOf(byName.values());
        }
    }

    void gone(String name) {
        NodeInfo node = byName.remove(name);
        if (node != null) {
            publish(new ClusterEvent.NodeGone(node));
        }
    }

    @Nullable NodeInfo get(String name) {
        return byName.get(name);
    }

    void connected() {
        connection = "connected";
        ClusterEvent event = new ClusterEvent.Connected();
        connectionEvent = event;
        publish(event);
    }

    void disconnected(Throwable cause) {
        String reason = cause.getMessage();
        connection = "not connected: " + (reason == null ? cause.toString() : reason);
        ClusterEvent event = new ClusterEvent.Disconnected(cause);
        connectionEvent = event;
        publish(event);
    }

    private void publish(ClusterEvent event) {
        nodes = List.copyOf(byName.values());
        events.tryEmitNext(event); // fails only when nobody listens, or was closed
    }

    void close() {
        events.tryEmitComplete();
    }

    // ---- from any thread

    List<NodeInfo> nodes() {
        return nodes;
    }

    Flux<ClusterEvent> events() {
        // The sink is subscribed first: what happens meanwhile comes twice rather than not at all.
        return Flux.merge(events.asFlux(), Flux.defer(() -> Mono.justOrEmpty(connectionEvent)))
                .onBackpressureBuffer(EVENTS_KEPT, BufferOverflowStrategy.DROP_OLDEST);
    }

    Mono<List<NodeInfo>> await(Predicate<List<NodeInfo>> condition, Duration timeout) {
        return Flux.merge(events().map(event -> nodes), Flux.defer(() -> Flux.just(nodes)))
                .filter(condition)
                .next()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the member was closed")))
                .timeout(timeout, Mono.error(() -> tooLate(timeout)), scheduler);
    }

    private TimeoutException tooLate(Duration timeout) {
        return new TimeoutException(
                "The nodes waited for were not there within " + timeout.toMillis() + " ms; " + situation());
    }

    /** Who is there and how the connection is, for messages. */
    String situation() {
        List<NodeInfo> present = nodes;
        String names = present.stream()
                .limit(NODES_NAMED)
                .map(node -> node.name() + " " + node.state())
                .collect(Collectors.joining(", "));
        String more = present.size() > NODES_NAMED ? " and " + (present.size() - NODES_NAMED) + " more" : "";
        return (present.isEmpty() ? "no node is known" : "known are " + names + more) + "; " + connection;
    }
}
