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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A broker that is a program of its own, at a free port of this machine, with a folder for its configuration and its log. */
final class Program implements BrokerProcess {

    private final String name;
    private final Path folder;
    private final int port;
    private @Nullable Process process;

    /** @param configuration in a file, which is the program's only argument, behind {@code -c} */
    Program(String name, Path folder, int port, String configuration) {
        this.name = name;
        this.folder = folder;
        this.port = port;
        try {
            Files.writeString(file(), configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file() {
        return folder.resolve(name + ".conf");
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
    private static Optional<Path> path(String name) {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(each -> Path.of(each, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public int port() {
        return port;
    }

    /** Does not wait until it listens. */
    void launch() {
        try {
            process = new ProcessBuilder(path(name).orElseThrow().toString(), "-c", file().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start() {
        launch();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void stop() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
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
