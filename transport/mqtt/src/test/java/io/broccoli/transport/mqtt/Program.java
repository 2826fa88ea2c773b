package io.broccoli.transport.mqtt;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A broker that is a program of its own, at a free port of this machine, with a folder for its configuration and its log. */
final class Program implements BrokerProcess {

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path folder;
    private final int port;
    private @Nullable Process process;

    /**
     * It is started in the folder, which is deleted when it is closed.
     *
     * @param environment beside that of this process
     */
    Program(Path folder, int port, Map<String, String> environment, List<String> command) {
        this.folder = folder;
        this.port = port;
        this.environment = Map.copyOf(environment);
        this.command = List.copyOf(command);
    }

    /** @param configuration in a file, which is the program's only argument, behind {@code -c} */
    static Program configured(String name, Path folder, int port, String configuration) {
        Path file = write(folder.resolve(name + ".conf"), configuration);
        return new Program(
                folder, port, Map.of(), List.of(path(name).orElse(Path.of(name)).toString(), "-c", file.toString()));
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path newFolder() {
        try {
            return Files.createTempDirectory("broccoli-broker");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips the test where it is not installed, unless {@code -Dbroccoli.brokers.required=true} says that it must be. */
    static void assumeInstalled(String name) {
        boolean installed = path(name).isPresent();
        if (!installed && Boolean.getBoolean("broccoli.brokers.required")) {
            throw new AssertionError(name + " is not installed; on Debian: apt-get install " + name);
        }
        Assumptions.assumeTrue(installed, name + " is not installed");
    }

    /** On the PATH, or where Debian puts it, which is not on everybody's PATH. */
    static Optional<Path> path(String name) {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(each -> Path.of(each, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Path folder() {
        return folder;
    }

    @Override
    public int port() {
        return port;
    }

    /** Does not wait until it listens. */
    void launch() {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start() {
        start(Duration.ofSeconds(30));
    }

    void start(Duration longest) {
        launch();
        Awaitility.await().atMost(longest).pollInterval(Duration.ofMillis(20)).until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** With all that it started. */
    @Override
    public void stop() {
        Process running = process;
        if (running != null) {
            List<ProcessHandle> started = running.descendants().toList();
            running.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
            try {
                running.waitFor(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(each -> each.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
