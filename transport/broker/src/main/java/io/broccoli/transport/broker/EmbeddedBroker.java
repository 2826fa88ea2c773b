package io.broccoli.transport.broker;

import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT broker in this process (HiveMQ Community Edition), in memory: what it keeps ends with it. The first start in a process takes
 * some seconds, the next ones less than one.
 *
 * <p>It logs by slf4j, much of it at level info; set {@code com.hivemq} to warn in whatever provider is there.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /** Within this time no client and no port is left; the broker's threads end about two seconds later, in the background. */
    private static final Duration LONGEST_CLOSE = Duration.ofMillis(500);

    private static final Duration POLL = Duration.ofMillis(20);

    private final EmbeddedHiveMQ broker;
    private final BrokerFolder folder;
    private final String host;
    private final int port;
    private @Nullable CompletableFuture<Void> stopped; // under this object's lock

    private EmbeddedBroker(EmbeddedHiveMQ broker, BrokerFolder folder, String host, int port) {
        this.broker = broker;
        this.folder = folder;
        this.host = host;
        this.port = port;
    }

    /**
     * How a broker is started. Immutable.
     *
     * @param host the address to listen at; the default is only reachable from this machine
     * @param port 0: any that is free
     * @param username null: everybody may connect
     * @param password null: none
     * @param startTimeout after which the start is given up
     */
    public record Options(
            String host,
            int port,
            @Nullable String username,
            @Nullable String password,
            Duration startTimeout) {

        public static final Options DEFAULTS = new Options("127.0.0.1", 0, null, null, Duration.ofSeconds(60));

        public Options {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("a port is at most 65535, not " + port);
            }
            if ((username == null) != (password == null)) {
                throw new IllegalArgumentException("a user name and a password go together");
            }
        }

        public Options withHost(String value) {
            return new Options(value, port, username, password, startTimeout);
        }

        public Options withPort(int value) {
            return new Options(host, value, username, password, startTimeout);
        }

        public Options withCredentials(String name, String secret) {
            return new Options(host, port, name, secret, startTimeout);
        }

        public Options withStartTimeout(Duration value) {
            return new Options(host, port, username, password, value);
        }

        /** Never shows the password. */
        @Override
        public String toString() {
            return "Options[host=" + host + ", port=" + port + ", username=" + username + "]";
        }
    }

    /** Like {@link #start(Options)}, on this machine's own address and any free port. */
    public static EmbeddedBroker start() {
        return start(Options.DEFAULTS);
    }

    /**
     * Starts a broker. Blocks until it listens.
     *
     * @throws BrokerStartException if the port is not free, or the broker does not start in time
     */
    public static EmbeddedBroker start(Options options) {
        Options bound = options.withPort(freePort(options));
        BrokerFolder folder = BrokerFolder.create(bound);
        EmbeddedHiveMQ broker = HiveMq.build(folder, new BrokerExtension(bound));
        boolean started = false;
        try {
            HiveMq.start(broker, bound.startTimeout());
            started = true;
            return new EmbeddedBroker(broker, folder, bound.host(), bound.port());
        } catch (TimeoutException e) {
            throw new BrokerStartException(
                    "the embedded broker did not start within "
                            + options.startTimeout().toMillis() + " ms",
                    e);
        } catch (ExecutionException e) {
            throw new BrokerStartException(
                    "the embedded broker could not listen at " + bound.host() + ":" + bound.port() + ": "
                            + e.getCause(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerStartException("interrupted while the embedded broker started", e);
        } finally {
            if (!started) {
                HiveMq.stop(broker).whenComplete((nothing, error) -> folder.delete());
            }
        }
    }

    /** Asked here, because the broker only logs that a port is not free, and tells the one that it got in a roundabout way. */
    private static int freePort(Options options) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(options.host()), options.port()));
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new BrokerStartException(
                    "the embedded broker cannot listen at " + options.host() + ":" + options.port() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    public int port() {
        return port;
    }

    /** For clients in this machine, for example {@code mqtt://127.0.0.1:41883}. */
    public URI uri() {
        return URI.create("mqtt://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port);
    }

    /**
     * Ends the broker. Blocks until the port is free, at most half a second; the rest of the stop, some two seconds, goes on in the
     * background.
     */
    @Override
    public void close() {
        CompletableFuture<Void> stop = stop();
        long deadline = System.nanoTime() + LONGEST_CLOSE.toNanos();
        try {
            while (listens() && System.nanoTime() < deadline) {
                if (ends(stop)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it ends in the background
        } catch (ExecutionException e) {
            throw new IllegalStateException("the embedded broker did not stop", e.getCause());
        }
    }

    private static boolean ends(CompletableFuture<Void> stop) throws ExecutionException, InterruptedException {
        try {
            stop.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private boolean listens() {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(uri().getHost(), port), (int) LONGEST_CLOSE.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the broker; completes when nothing is left of it. Returns at once. */
    public synchronized CompletableFuture<Void> stop() {
        CompletableFuture<Void> known = stopped;
        if (known == null) {
            known = HiveMq.stop(broker).whenComplete((nothing, error) -> folder.delete());
            stopped = known;
        }
        return known.copy();
    }

    @Override
    public String toString() {
        return "EmbeddedBroker[" + uri() + "]";
    }
}
