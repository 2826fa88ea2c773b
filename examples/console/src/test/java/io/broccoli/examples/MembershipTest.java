package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import garden.Exhausting;
import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.deploy.DeploymentEvent;
import io.broccoli.deploy.Module;
import io.broccoli.deploy.Modules;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands whose member leaves by itself end, and say so. */
class MembershipTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String KEY = "a secret of the cluster";

    @TempDir
    Path folder;

    private String keyFile() throws Exception {
        return Files.writeString(folder.resolve("key"), KEY).toString();
    }

    /** A client of the cluster, once it has a node that has the tasks of {@link Exhausting}. */
    private static Cluster clientOfNodeWithExhaustingTasks(String uri, String cluster) throws Exception {
        Cluster client = Cluster.connect(ClusterOptions.of(uri).withCluster(cluster));
        client.awaitNodes(
                        nodes -> nodes.stream()
                                .flatMap(node -> node.functions().stream())
                                .anyMatch(function -> function.name().startsWith("deploy.")),
                        BOUND)
                .block();
        Module module = TestModules.jar("exhausting", Exhausting.class);
        assertThat(Modules.on(client, KEY).deploy(module).blockLast(BOUND))
                .isInstanceOf(DeploymentEvent.Deployed.class);
        return client;
    }

    @Test
    void aNodeCommandEndsWithStatus70AfterAnErrorOfTheJvm() throws Exception {
        String uri = "memory://left-by-itself";
        try (Cli.Running node = Cli.start("node", "--broker", uri, "--key-file", keyFile(), "--name", "a");
                Cluster client = clientOfNodeWithExhaustingTasks(uri, ClusterOptions.DEFAULT_CLUSTER)) {
            assertThatThrownBy(() ->
                            Canvas.on(client).run(Task.of("exhaustByHand").s(1)).block(BOUND))
                    .isInstanceOf(TaskException.class)
                    .hasMessageContaining("TASK_FAILED: by hand (task exhaustByHand on node a)");
            Cli.Result result = node.await();
            assertThat(result.status()).isEqualTo(70);
            assertThat(result.err())
                    .isEqualTo("broccoli: a left the cluster after an error of the JVM, which its log names;"
                            + " start it again\n");
            assertThat(result.out()).doesNotContain("draining");
            client.awaitNodes(nodes -> nodes.isEmpty(), BOUND).block();
        }
    }

    @Test
    void aProcessOfTheLauncherEndsAtOnceWhenTheJvmIsOutOfMemory() throws Exception {
        assertThat(BroccoliProcess.launcherOptions()).contains("-XX:+ExitOnOutOfMemoryError");
        String cluster = "out-of-memory";
        try (BroccoliProcess node = BroccoliProcess.start(
                        folder, "node", "--broker", TestBroker.uri(), "--cluster", cluster, "--key-file", keyFile());
                Cluster client = clientOfNodeWithExhaustingTasks(TestBroker.uri(), cluster)) {
            Canvas.on(client).run(Task.of("exhaust").s(1)).subscribe(value -> {}, failed -> {});
            assertThat(node.awaitEnd()).isEqualTo(3);
            client.awaitNodes(nodes -> nodes.isEmpty(), BOUND).block(); // by its will
        }
    }

    @Test
    void whatHoldsAMemberTellsThatItLeftAndNothingElse() throws Exception {
        StringWriter err = new StringWriter();
        Cluster cluster = Cluster.connect(ClusterOptions.of("memory://told").withMember("b"));
        Membership membership = new Membership(cluster);
        assertThat(membership.hasLeft()).isFalse();
        assertThat(membership.status(1, new PrintWriter(err, true))).isEqualTo(1);
        assertThat(err.toString()).isEmpty();
        cluster.close();
        assertThat(membership.await(new PrintWriter(err, true))).isEqualTo(70);
        assertThat(err.toString()).startsWith("broccoli: b left the cluster");
        assertThat(new Membership(cluster).await(new PrintWriter(err, true))).isEqualTo(70); // also if it is late
    }
}
