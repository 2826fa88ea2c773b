package io.broccoli.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.contract.Soon;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** A member is told on which networks each node can be reached. */
class WhereaboutsTest {

    private static final String ONE = "memory://whereabouts-1";
    private static final String TWO = "memory://whereabouts-2";

    private static Node node(String name, String uri) {
        return Node.start(
                ClusterOptions.of(uri).withMember(name),
                NodeOptions.DEFAULTS,
                TaskRegistry.builder().build());
    }

    @Test
    void whereANodeCanBeReachedFollowsIt() {
        try (Cluster client = Cluster.connect(ONE + "+" + TWO);
                Node second = node("second", TWO)) {
            try (Node both = node("both", TWO + "+" + ONE)) {
                Soon.holds(() -> {
                    assertThat(client.networks(both.name())).containsExactly(URI.create(ONE), URI.create(TWO));
                    assertThat(client.networks(second.name())).containsExactly(URI.create(TWO));
                });
                assertThat(client.networks("nobody")).isEmpty();
            }
            Soon.holds(() -> assertThat(client.networks("both")).isEmpty());
            try (Node again = node("both", ONE)) {
                Soon.holds(() -> assertThat(client.networks(again.name())).containsExactly(URI.create(ONE)));
            }
        }
    }
}
