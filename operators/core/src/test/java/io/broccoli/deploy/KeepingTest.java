package io.broccoli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.frame.Site;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class KeepingTest {

    private static final String KEY = "a secret";

    private final Sinks.Many<ClusterEvent> events = Sinks.many().multicast().directBestEffort();
    private final AtomicReference<NodeInfo> node = new AtomicReference<>(node(1));
    private final Cluster cluster = Cluster.class.cast(Proxy.newProxyInstance(
            Cluster.class.getClassLoader(), new Class<?>[] {Cluster.class}, (proxy, method, args) -> {
                return switch (method.getName()) {
                    case "nodes" -> List.of(node.get());
                    case "events" -> events.asFlux();
                    default -> throw new AssertionError(method + " is not called for a node that takes nothing");
                };
            }));

    /** It is meant to take modules, but does not offer to, so that each try fails in a way that may pass. */
    private static NodeInfo node(long life) {
        return new NodeInfo("shy", NodeState.ACTIVE, life, 8, 1, 8, 2048, 1024, Site.UNKNOWN, List.of());
    }

    private Flux<DeploymentEvent> keeping() {
        Keyring keys = Keyring.of(Keyring.bytes(KEY));
        return new Keeping(
                        cluster,
                        List.of(Module.of("garden", "grows")),
                        1,
                        (each, module) -> true,
                        name -> new NodeModules(cluster, "c", keys, Duration.ofSeconds(1), name))
                .events();
    }

    private void change(NodeInfo newer) {
        NodeInfo older = node.getAndSet(newer);
        assertThat(events.tryEmitNext(new ClusterEvent.NodeChanged(newer, older))
                        .isSuccess())
                .isTrue();
    }

    @Test
    void whatMayPassIsTriedThreeTimesHalfAMinuteApartInEachLifeOfANode() {
        StepVerifier.withVirtualTime(this::keeping)
                .expectNextCount(1)
                .then(() -> change(node(1)))
                .expectNoEvent(Duration.ofSeconds(29))
                .thenAwait(Duration.ofSeconds(1))
                .expectNextCount(1)
                .then(() -> change(node(1)))
                .expectNoEvent(Duration.ofSeconds(29))
                .thenAwait(Duration.ofSeconds(1))
                .expectNextCount(1)
                .expectNoEvent(Duration.ofHours(1))
                .then(() -> change(node(2)))
                .expectNextCount(1)
                .then(events::tryEmitComplete)
                .expectComplete()
                .verify(Duration.ofSeconds(20));
    }
}
