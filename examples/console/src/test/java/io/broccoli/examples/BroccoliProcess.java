package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The console application in a process of its own, with the JVM options of the launcher. */
final class BroccoliProcess implements AutoCloseable {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Pattern OPTION = Pattern.compile("-XX:[+\\w=]+");

    private final Path folder;
    private final Process process;

    private BroccoliProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** @param folder for its output and its temporary files */
    static BroccoliProcess start(Path folder, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        // A build in the background ignores SIGINT, and so would what it starts.
        if (new ProcessBuilder("env", "--default-signal=INT", "true").start().waitFor() == 0) {
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        Files.createDirectory(folder.resolve("tmp"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-XX:-UsePerfData"));
        command.addAll(launcherOptions());
        if (Runtime.version().feature() >= 24) { // as the launcher does: otherwise the JDK warns of what libraries do
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Broccoli.class.getName()));
        command.addAll(List.of(args));
        return new BroccoliProcess(
                folder,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile())
                        .start());
    }

    /** Those that the launcher has for this application, and not for the benchmarks. */
    static List<String> launcherOptions() throws IOException {
        try (var lines = Files.lines(launcher())) {
            String line = lines.filter(each -> each.contains("options=(") && each.contains("-XX:"))
                    .findFirst()
                    .orElseThrow();
            return OPTION.matcher(line).results().map(found -> found.group()).toList();
        }
    }

    static Path launcher() {
        for (Path each = Path.of("").toAbsolutePath(); each != null; each = each.getParent()) {
            if (Files.isRegularFile(each.resolve("broccoli"))) {
                return each.resolve("broccoli");
            }
        }
        throw new AssertionError("no launcher above " + Path.of("").toAbsolutePath());
    }

    Process process() {
        return process;
    }

    /** As Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    void awaitOutput(String text) {
        Awaitility.await().atMost(BOUND).until(() -> output().contains(text));
    }

    String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    List<Path> temporaryFiles() throws IOException {
        try (var files = Files.list(folder.resolve("tmp"))) {
            return files.toList();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
