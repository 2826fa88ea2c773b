package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C on the real process: exit status 130, and nothing left behind. */
@DisabledOnOs(OS.WINDOWS)
class InterruptTest {

    @TempDir
    Path folder;

    private final List<BroccoliProcess> started = new ArrayList<>();

    @AfterEach
    void kill() {
        started.forEach(BroccoliProcess::close);
    }

    @Test
    void aBrokerLeavesNoFolder() throws Exception {
        start("broker", "--port", "0");
        awaitOutput("mqtt://127.0.0.1:");
        assertThat(temporaryFiles()).isNotEmpty();
        assertThat(interrupt()).isEqualTo(130);
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void aNodeDrainsAndTakesItsAnnouncementBack() throws Exception {
        start("node", "--broker", TestBroker.uri(), "--cluster", "interrupted", "--name", "brief");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> nodes().out()
                .contains("brief"));
        assertThat(interrupt()).isEqualTo(130);
        assertThat(output())
                .contains("draining")
                .contains("0 finished, 0 handed back, 0 still running")
                .contains("left after 0 tasks");
        assertThat(nodes().status()).isEqualTo(1);
        assertThat(nodes().err()).contains("no node in cluster 'interrupted'");
    }

    @Test
    void aNodeThatIsToldTwiceDoesNotWaitForWhatRuns() throws Exception {
        start("node", "--broker", TestBroker.uri(), "--cluster", "twice", "--name", "busy", "--timeout", "60s");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Cli.run(
                        "nodes", "--broker", TestBroker.uri(), "--cluster", "twice")
                .out()
                .contains("busy"));
        try (Cluster client =
                Cluster.connect(ClusterOptions.of(TestBroker.uri()).withCluster("twice"))) {
            Canvas.on(client).run(Task.of("sleep_then").s(1, 60_000)).subscribe(value -> {}, failed -> {});
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> client.stats().inFlight() == 1);
            Process process = broccoli().process();
            broccoli().interrupt();
            awaitOutput("draining");
            assertThat(process.waitFor(1, TimeUnit.SECONDS)).isFalse();
            broccoli().interrupt();
            assertThat(process.waitFor(7, TimeUnit.SECONDS)).isTrue(); // what runs had 10 s
            assertThat(process.exitValue()).isEqualTo(130);
            assertThat(output()).doesNotContain("left after");
        }
    }

    @Test
    void aBrokerThatIsJustStartingLeavesNothing() throws Exception {
        start("run", "add.s(1, 1)");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !temporaryFiles()
                .isEmpty());
        assertThat(interrupt()).isEqualTo(130);
        assertThat(temporaryFiles()).isEmpty();
        assertThat(output()).isEmpty();
    }

    @Test
    void aCanvasThatRunsIsLeftWithItsBrokerAndNodes() throws Exception {
        Path file = Files.writeString(folder.resolve("cases.json"), """
                [{"id": "first", "expr": {"op": "task", "name": "identity", "args": [1]}},
                 {"id": "never", "expr": {"op": "task", "name": "sleep_then", "args": [1, 60000]}}]
                """);
        start("run", "--json", file.toString());
        awaitOutput("first");
        assertThat(interrupt()).isEqualTo(130);
        assertThat(temporaryFiles()).isEmpty();
        assertThat(output()).isEqualTo("{\"id\":\"first\",\"value\":1}\n");
    }

    private static Cli.Result nodes() {
        return Cli.run("nodes", "--broker", TestBroker.uri(), "--cluster", "interrupted");
    }

    private void start(String... args) throws IOException, InterruptedException {
        started.add(BroccoliProcess.start(folder, args));
    }

    private BroccoliProcess broccoli() {
        return started.get(0);
    }

    private int interrupt() throws Exception {
        broccoli().interrupt();
        return broccoli().awaitEnd();
    }

    private void awaitOutput(String text) {
        broccoli().awaitOutput(text);
    }

    private String output() throws IOException {
        return broccoli().output();
    }

    private List<Path> temporaryFiles() throws IOException {
        return broccoli().temporaryFiles();
    }
}
