package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import garden.GrowByAMillion;
import garden.GrowByOne;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCommandTest {

    @TempDir
    Path folder;

    @Test
    void aTaskThatRunsForLongerThanTheLimitFailsAndOthersDoNot() throws Exception {
        String uri = "memory://limited";
        try (Cli.Running node = Cli.start("node", "--broker", uri, "--name", "brief", "--task-limit", "500ms")) {
            Cli.Result late = Cli.run("run", "--broker", uri, "sleep_then.s(1, 60000)");
            assertThat(late.err())
                    .startsWith("broccoli: TIMEOUT: The task ran for longer than the 500 ms that node brief allows")
                    .contains("(task sleep_then on node brief)");
            assertThat(late.status()).isEqualTo(1);
            assertThat(Cli.run("run", "--broker", uri, "sleep_then.s(1, 1)").out())
                    .isEqualTo("1\n");
        }
    }

    @Test
    void aNodeStartsWithTheTasksOfAJarAndWhatIsDeployedTakesTheirPlaceUnderEitherKey() throws Exception {
        String uri = "memory://brought";
        Path jar = Files.write(folder.resolve("acme-tasks-1.0.jar"), TestModules.bytes(GrowByOne.class));
        Path newer = Files.write(folder.resolve("acme-tasks-1.1.jar"), TestModules.bytes(GrowByAMillion.class));
        Path key = Files.writeString(folder.resolve("key"), "a newer secret\n");
        Path older = Files.writeString(folder.resolve("older"), "a secret\n");
        try (Cli.Running node = Cli.start(
                "node",
                "--broker",
                uri,
                "--name",
                "north",
                "--tasks",
                jar.toString(),
                "--key-file",
                key.toString(),
                "--older-key-file",
                older.toString())) {
            assertThat(Cli.run("run", "--broker", uri, "grow.s(1)").out()).isEqualTo("2\n");
            assertThat(Cli.run("run", "--broker", uri, "add.s(1, 2)").out()).isEqualTo("3\n");
            assertThat(Cli.run("nodes", "--broker", uri).out()).contains(" grow@1.0+");
            for (Path each : new Path[] {older, key}) {
                Cli.Result deployed =
                        Cli.run("deploy", newer.toString(), "--broker", uri, "--key-file", each.toString());
                assertThat(deployed.err()).isEmpty();
                assertThat(deployed.lines()).singleElement().satisfies(line -> assertThat(line)
                        .startsWith("north  acme-tasks  ")
                        .contains("version 1.1+"));
            }
            assertThat(Cli.run("run", "--broker", uri, "grow.s(1)").out()).isEqualTo("1000001\n");
        }
    }

    @Test
    void aJarThatCannotBeUsedIsToldBeforeTheNodeStarts() throws Exception {
        Path none = Files.writeString(folder.resolve("none.jar"), "no jar");
        Path python = Files.writeString(folder.resolve("tasks.py"), "");
        assertUsage("the module none ", "it is no jar", none.toString());
        assertUsage("--tasks takes jars, not ", "tasks.py", python.toString());
        Path first = Files.write(folder.resolve("acme-1.0.jar"), TestModules.bytes(GrowByOne.class));
        Path second = Files.write(folder.resolve("acme-1.1.jar"), TestModules.bytes(GrowByAMillion.class));
        assertUsage("two jars of --tasks are the module", "acme", first.toString(), "--tasks", second.toString());
        assertUsage(
                "cannot be read", "missing.jar", folder.resolve("missing.jar").toString());
    }

    private static void assertUsage(String message, String part, String... jars) {
        Cli.Result wrong =
                Cli.run(Stream.concat(Stream.of("node", "--broker", "memory://refused", "--tasks"), Stream.of(jars))
                        .toArray(String[]::new));
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains(message, part);
    }

    @Test
    void anOlderKeyNeedsTheNewerOne() throws Exception {
        Path older = Files.writeString(folder.resolve("older"), "a secret\n");
        Cli.Result wrong = Cli.run("node", "--broker", "memory://refused", "--older-key-file", older.toString());
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("--older-key-file needs the newer key");
    }
}
