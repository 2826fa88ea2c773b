package io.broccoli.transport.broker;

import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT broker in this process (HiveMQ Community Edition). It keeps its data in memory and loses it when it ends. The
 * first start in a process takes some seconds, further ones less than one.
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
    private final URI uri;
    private @Nullable CompletableFuture<Void> stopped; // under this object's lock

    private EmbeddedBroker(EmbeddedHiveMQ broker, BrokerFolder folder, URI uri) {
        this.broker = broker;
        this.folder = folder;
        this.uri = uri;
    }

    /**
     * How a broker is started. Immutable.
     *
     * <p>By default it listens at 127.0.0.1, which only this machine can reach, and admits everybody there. At another address it
     * starts only with users or credentials, and TLS; {@link #withInsecure} lifts that.
     */
    public static final class Options {

        /** Address 127.0.0.1, any free port, no users, no TLS, a start time-out of 60 s. */
        public static final Options DEFAULTS =
                new Options("127.0.0.1", 0, Duration.ofSeconds(60), Admission.ANYBODY, null, false);

        final String host;
        final int port;
        final Duration startTimeout;
        final Admission admission;
        final @Nullable TlsIdentity tls;
        final boolean insecure;

        private Options(
                String host,
                int port,
                Duration startTimeout,
                Admission admission,
                @Nullable TlsIdentity tls,
                boolean insecure) {
            this.host = host;
            this.port = port;
            this.startTimeout = startTimeout;
            this.admission = admission;
            this.tls = tls;
            this.insecure = insecure;
        }

        /** Sets the address to listen at. */
        public Options withHost(String value) {
            return new Options(value, port, startTimeout, admission, tls, insecure);
        }

        /**
         * Sets the port, 0 to 65,535; 0 selects a free one.
         *
         * @throws IllegalArgumentException if there is no such port
         */
        public Options withPort(int value) {
            if (value < 0 || value > 65_535) {
                throw new IllegalArgumentException("a port is at most 65535, not " + value);
            }
            return new Options(host, value, startTimeout, admission, tls, insecure);
        }

        /** Sets how long the start may take. */
        public Options withStartTimeout(Duration value) {
            return new Options(host, port, value, admission, tls, insecure);
        }

        /** Sets one user name and password for all clients. Each of them can act in the name of every member. */
        public Options withCredentials(String name, String secret) {
            return admitting(Admission.of(new Access.Shared(name, secret)));
        }

        /**
         * Admits the users of a file, each as the member of its own name: a client's id is {@code cluster:name}, and it may publish
         * and subscribe to what this member must, and to nothing else. {@link UsersFile} says what is in the file. Blocks while it is
         * read.
         *
         * @throws IllegalArgumentException if the file cannot be read, or is malformed; the message says where
         */
        public Options withUsers(Path file) {
            return admitting(admission.withUsers(UsersFile.open(file), null));
        }

        /**
         * Admits the users of a file, with other rules than those of members: lines {@code pattern read a/%u}, {@code user ann} and
         * {@code topic readwrite b}, as in mosquitto's {@code acl_file}. The client id belongs to the user all the same. Who may read
         * a filter that ends with {@code +} may also subscribe with {@code #} in its place. Blocks while the files are read.
         *
         * @throws IllegalArgumentException if a file cannot be read, or is malformed; the message says where
         */
        public Options withUsers(Path file, Path rules) {
            return admitting(admission.withUsers(UsersFile.open(file), AccessRules.read(rules)));
        }

        /**
         * Admits clients with a certificate of an authority, each as the member that its common name names, without a password. Needs
         * {@link #withTls}. With {@link #withUsers} clients may have a password instead; without it, a certificate is required. There
         * is no list of revoked certificates. Blocks while the file is read.
         *
         * @param authorities PEM file with the certificates of those who sign certificates of members, and of nobody else
         * @throws IllegalArgumentException if the file cannot be used; the message names it
         */
        public Options withClientCertificates(Path authorities) {
            return admitting(admission.withAuthorities(TlsIdentity.certificates(authorities), null));
        }

        /** As {@link #withClientCertificates(Path)}, with other rules than those of members: {@link #withUsers(Path, Path)}. */
        public Options withClientCertificates(Path authorities, Path rules) {
            return admitting(admission.withAuthorities(TlsIdentity.certificates(authorities), AccessRules.read(rules)));
        }

        private Options admitting(Admission value) {
            return new Options(host, port, startTimeout, value, tls, insecure);
        }

        /**
         * Sets TLS with PEM files. Clients then connect to {@code mqtts:}. Blocks while the files are read.
         *
         * @param certificate the certificate chain of the broker
         * @param key its private key, unencrypted PKCS#8
         * @throws IllegalArgumentException if a file cannot be used; the message names it
         */
        public Options withTls(Path certificate, Path key) {
            return new Options(host, port, startTimeout, admission, TlsIdentity.read(certificate, key), insecure);
        }

        /**
         * Lets a broker listen at an address of the network without users or without TLS. Whoever reaches it there is a member, or can
         * read passwords and all that members send.
         */
        public Options withInsecure() {
            return new Options(host, port, startTimeout, admission, tls, true);
        }

        /** What is missing for others to be let in; empty if nothing is. Resolves the address, which may block. */
        private String missing() throws IOException {
            if (insecure || InetAddress.getByName(host).isLoopbackAddress()) {
                return "";
            }
            boolean open = admission.access() == null;
            String users = open ? "users (withUsers; 'broccoli broker --users')" : "";
            String both = open && tls == null ? " and " : "";
            return users + both + (tls == null ? "TLS (withTls; '--cert' and '--key')" : "");
        }

        /** Omits passwords. */
        @Override
        public String toString() {
            return "Options[host=" + host + ", port=" + port + ", admission=" + admission.access() + ", tls="
                    + (tls != null) + "]";
        }
    }

    /** Starts a broker with {@link Options#DEFAULTS}. Blocks until it listens. */
    public static EmbeddedBroker start() {
        return start(Options.DEFAULTS);
    }

    /**
     * Starts a broker. Blocks until it listens.
     *
     * @throws BrokerStartException if others could reach it and there are no users or no TLS, the port is not free, or the broker
     *     does not start within the time-out
     */
    public static EmbeddedBroker start(Options options) {
        requireProtection(options);
        Options bound = options.withPort(freePort(options));
        BrokerFolder folder = BrokerFolder.create(bound);
        EmbeddedHiveMQ broker = HiveMq.build(folder, new BrokerExtension(bound.admission.access()));
        boolean started = false;
        try {
            HiveMq.start(broker, bound.startTimeout);
            started = true;
            return new EmbeddedBroker(broker, folder, uri(bound));
        } catch (TimeoutException e) {
            throw new BrokerStartException(
                    "the embedded broker did not start within " + options.startTimeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new BrokerStartException(
                    "the embedded broker could not listen at " + bound.host + ":" + bound.port + ": " + e.getCause(),
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

    private static void requireProtection(Options options) {
        if (options.tls == null && !options.admission.authorities().isEmpty()) {
            throw new BrokerStartException(
                    "clients of the embedded broker show certificates with TLS only: set withTls ('--cert' and"
                            + " '--key'), too",
                    null);
        }
        try {
            String missing = options.missing();
            if (!missing.isEmpty()) {
                throw new BrokerStartException(
                        "the embedded broker does not listen at " + options.host + ", where other machines reach it,"
                                + " without " + missing + ". Set them, listen at 127.0.0.1, or let anybody in with"
                                + " withInsecure ('--insecure')",
                        null);
            }
        } catch (IOException e) {
            throw new BrokerStartException(
                    "the embedded broker cannot listen at " + options.host + ": " + e.getMessage(), e);
        }
    }

    private static URI uri(Options bound) {
        String host =
                switch (bound.host) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::" -> "[::1]";
                    default -> bound.host.indexOf(':') < 0 ? bound.host : "[" + bound.host + "]";
                };
        return URI.create((bound.tls == null ? "mqtt://" : "mqtts://") + host + ":" + bound.port);
    }

    /**
     * Probes the port, because the broker only logs that it is not free, and does not report a port that it chose
     * itself.
     */
    private static int freePort(Options options) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(options.host), options.port));
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new BrokerStartException(
                    "the embedded broker cannot listen at " + options.host + ":" + options.port + ": " + e.getMessage(),
                    e);
        }
    }

    /** The port that the broker listens at. */
    public int port() {
        return uri.getPort();
    }

    /** The URI for clients on this machine, for example {@code mqtt://127.0.0.1:41883}; {@code mqtts:} with TLS. */
    public URI uri() {
        return uri;
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
            probe.connect(new InetSocketAddress(uri.getHost(), port()), (int) LONGEST_CLOSE.toMillis());
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
