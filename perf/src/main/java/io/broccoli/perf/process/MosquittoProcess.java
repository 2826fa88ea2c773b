package io.broccoli.perf.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A mosquitto of our own on a free port of this machine, with nothing in the way: no limits, no delays, no disk. */
public final class MosquittoProcess implements AutoCloseable {

    private static final long LONGEST_START = TimeUnit.SECONDS.toNanos(10);

    private final Path configuration;
    private final int port;
    private volatile Process process;

    private MosquittoProcess(Path configuration, int port) throws IOException {
        this.configuration = configuration;
        this.port = port;
        this.process = run();
    }

    public static MosquittoProcess start() throws IOException, InterruptedException {
        return start("allow_anonymous true");
    }

    /**
     * Where this process is root's, mosquitto stays so: it could not read the files of others.
     *
     * @param access who is let in, and how: lines of mosquitto's configuration
     */
    public static MosquittoProcess start(String... access) throws IOException, InterruptedException {
        int port = freePort();
        Path configuration = Files.createTempFile("broccoli-bench-", ".conf");
        Files.writeString(configuration, """
                persistence false
                set_tcp_nodelay true
                max_queued_messages 0
                max_inflight_messages 0
                log_type error
                user root
                listener %d 127.0.0.1
                %s
                """.formatted(port, String.join("\n", access)));
        // A benchmark that is cut off leaves nothing behind.
        configuration.toFile().deleteOnExit();
        MosquittoProcess started = new MosquittoProcess(configuration, port);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> started.process.destroy(), "mosquitto-cleanup"));
        try {
            started.awaitListening();
            return started;
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    private Process run() throws IOException {
        return new ProcessBuilder(program(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Ends it with SIGKILL; all that it knew is lost. Blocks until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** After {@link #kill}: starts another one on the same port, and blocks until it listens. */
    public void restart() throws IOException, InterruptedException {
        process = run();
        awaitListening();
    }

    public static boolean isInstalled() {
        return installed().isPresent();
    }

    private static String program() {
        return installed().orElseThrow(() -> new IllegalStateException("there is no mosquitto on the PATH"));
    }

    /** Debian puts it where only root looks. */
    private static Optional<String> installed() {
        for (String folder : (System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin").split(":")) {
            Path candidate = Path.of(folder, "mosquitto");
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate.toString());
            }
        }
        return Optional.empty();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void awaitListening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_START;
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (probe.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(20);
            }
        }
        throw new IOException("mosquitto did not start");
    }

    public String version() throws IOException {
        Process asked =
                new ProcessBuilder(program(), "-h").redirectErrorStream(true).start();
        String said = new String(asked.getInputStream().readAllBytes(), UTF_8);
        return said.lines().findFirst().orElse("mosquitto");
    }

    public String uri() {
        return "mqtt://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(configuration);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // a temporary file is left over
        }
    }
}
