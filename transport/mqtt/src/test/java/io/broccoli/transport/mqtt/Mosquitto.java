package io.broccoli.transport.mqtt;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A mosquitto of its own for a test, at a free port of this machine. */
final class Mosquitto implements BrokerProcess {

    private static final String COMMON = """
            user root
            persistence false
            set_tcp_nodelay true
            max_queued_messages 0
            max_inflight_messages 0
            listener %d 127.0.0.1
            """;

    private final Path folder;
    private final int port;
    private @Nullable Process process;

    private Mosquitto(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** Not started yet. */
    static Mosquitto prepare(String... settings) {
        try {
            Path folder = Files.createTempDirectory("mosquitto");
            int port = freePort();
            Files.writeString(
                    folder.resolve("mosquitto.conf"), COMMON.formatted(port) + String.join("\n", settings) + "\n");
            return new Mosquitto(folder, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Mosquitto open() {
        Mosquitto broker = prepare("allow_anonymous true");
        broker.start();
        return broker;
    }

    /** Skips the test where there is none, unless {@code -Dbroccoli.mosquitto.required=true} says that there must be. */
    static void assumeInstalled() {
        Assumptions.assumeTrue(
                binary().isPresent() || Boolean.getBoolean("broccoli.mosquitto.required"),
                "mosquitto is not installed");
    }

    /** On the PATH, or where Debian puts it, which is not on everybody's PATH. */
    private static Optional<Path> binary() {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin"))
                .map(each -> Path.of(each, "mosquitto"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() {
        try {
            process = new ProcessBuilder(
                            binary().orElseThrow().toString(),
                            "-c",
                            folder.resolve("mosquitto.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
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
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(each -> each.toFile().delete());
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
