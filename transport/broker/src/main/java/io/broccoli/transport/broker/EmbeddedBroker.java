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
 * An MQTT broker in this process (HiveMQ Community Edition). It keeps its data in memory and loses it when it ends. The
 * first start in a process takes some seconds, further ones less than one. The broker has no TLS.
 *
 * <p>It logs with slf4j, much of it at level info. Set the level of {@code com.hivemq} to warn in your logging
 * configuration.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /**
     * After this time no client is connected and the port is free. The broker's threads end about two seconds later, in
     * the background.
     */
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
     * @param host the address to listen at; default 127.0.0.1, which only this machine can reach
     * @param port the port; 0, the default, selects a free one
     * @param username the user name that clients must use; null admits everybody
     * @param password the password that clients must use; null if there is no user name
     * @param startTimeout how long the start may take; default 60 s
     */
    public record Options(
            String host,
            int port,
            @Nullable String username,
            @Nullable String password,
            Duration startTimeout) {

        /** The defaults above. */
        public static final Options DEFAULTS = new Options("127.0.0.1", 0, null, null, Duration.ofSeconds(60));

        public Options {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("a port is at most 65535, not " + port);
            }
            if ((username == null) != (password == null)) {
                throw new IllegalArgumentException("a user name and a password go together");
            }
        }

        /** Sets the address to listen at. */
        public Options withHost(String value) {
            return new Options(value, port, username, password, startTimeout);
        }

        /** Sets the port, 0 to 65,535. */
        public Options withPort(int value) {
            return new Options(host, value, username, password, startTimeout);
        }

        /** Sets the user name and the password that clients must use. */
        public Options withCredentials(String name, String secret) {
            return new Options(host, port, name, secret, startTimeout);
        }

        /** Sets how long the start may take. */
        public Options withStartTimeout(Duration value) {
            return new Options(host, port, username, password, value);
        }

        /** Omits the password. */
        @Override
        public String toString() {
            return "Options[host=" + host + ", port=" + port + ", username=" + username + "]";
        }
    }

    /** Starts a broker with {@link Options#DEFAULTS}. Blocks until it listens. */
    public static EmbeddedBroker start() {
        return start(Options.DEFAULTS);
    }

    /**
     * Starts a broker. Blocks until it listens.
     *
     * @throws BrokerStartException if the port is not free, or the broker does not start within the time-out
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

    /**
     * Probes the port, because the broker only logs that it is not free, and does not report a port that it chose
     * itself.
     */
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

    /** The port that the broker listens at. */
    public int port() {
        return port;
    }

    /** The URI for clients on this machine, for example {@code mqtt://127.0.0.1:41883}. */
    public URI uri() {
        return URI.create("mqtt://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port);
    }

    /**
     * Stops the broker. Blocks until the port is free, for at most half a second. The remaining shutdown takes about
     * two seconds, in the background.
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

    /** Stops the broker without blocking. The future completes when all its threads and files are gone. */
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
