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

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void kill() {
        started.forEach(Process::destroyForcibly);
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
            Process process = started.get(0);
            signal(process);
            awaitOutput("draining");
            assertThat(process.waitFor(1, TimeUnit.SECONDS)).isFalse();
            signal(process);
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
        List<String> command = new ArrayList<>();
        // A build in the background ignores SIGINT, and so would what it starts.
        if (new ProcessBuilder("env", "--default-signal=INT", "true").start().waitFor() == 0) {
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        Files.createDirectory(folder.resolve("tmp"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1"));
        if (Runtime.version().feature() >= 24) { // as the launcher does: otherwise the JDK warns of what libraries do
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Broccoli.class.getName()));
        command.addAll(List.of(args));
        started.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start());
    }

    private int interrupt() throws Exception {
        Process process = started.get(0);
        signal(process);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void signal(Process process) throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    private void awaitOutput(String text) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> output().contains(text));
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private List<Path> temporaryFiles() throws IOException {
        try (var files = Files.list(folder.resolve("tmp"))) {
            return files.toList();
        }
    }
}
