package io.broccoli.cluster;

import io.broccoli.frame.Frame;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * How a member joins a cluster. Immutable.
 *
 * @param uri the network, for example {@code mqtt://host:port}; see {@link Cluster#connect(String)}
 * @param cluster the name of the cluster; several clusters can share a broker. Default {@value #DEFAULT_CLUSTER}
 * @param member the name of this member, unique in the cluster. Default {@code client-} and a random number, which
 *     suits every client that need not be found by name
 * @param connect credentials, TLS, QoS and the connect time-out
 * @param weight the share of this member when nodes have less room than is wanted, 1 to 16, default 1: a member of
 *     weight 3 is granted three times as much credit as one of weight 1
 * @param maxBatch most tasks or results in one frame. Default {@value #DEFAULT_MAX_BATCH}. A frame holds those that are
 *     ready; a single one is sent at once
 * @param transport the transport to use; null selects it by the URI's scheme
 * @param scheduler for time-outs and repeated frames; default {@code Schedulers.parallel()}
 * @param nanoTime a monotonic clock in nanoseconds
 */
public record ClusterOptions(
        URI uri,
        String cluster,
        String member,
        ConnectOptions connect,
        int weight,
        int maxBatch,
        @Nullable TransportProvider transport,
        Scheduler scheduler,
        LongSupplier nanoTime) {

    /** The name of the cluster if none is given. */
    public static final String DEFAULT_CLUSTER = "default";

    /** The largest {@link #weight}. */
    public static final int MOST_WEIGHT = Frame.MOST_WEIGHT;

    /** The {@link #maxBatch} if none is given. */
    public static final int DEFAULT_MAX_BATCH = 4096;

    public ClusterOptions {
        if (weight < 1 || weight > MOST_WEIGHT) {
            throw new IllegalArgumentException("weight is 1 to " + MOST_WEIGHT + ", not " + weight);
        }
    }

    /**
     * Options with the defaults above.
     *
     * @param uri a scheme alone, such as {@code embedded:}, is enough if the transport needs nothing else
     * @throws IllegalArgumentException if the text is not a URI
     */
    public static ClusterOptions of(String uri) {
        return new ClusterOptions(
                parsed(uri.endsWith(":") ? uri + "local" : uri), // Java's URI needs a part after the colon
                DEFAULT_CLUSTER,
                "client-" + UUID.randomUUID().toString().substring(0, 13),
                ConnectOptions.DEFAULTS,
                1,
                DEFAULT_MAX_BATCH,
                null,
                Schedulers.parallel(),
                System::nanoTime);
    }

    /** Java's URI accepts an IPv6 address in brackets only as the whole host. Transports also read escaped brackets. */
    private static URI parsed(String uri) {
        try {
            return new URI(uri);
        } catch (URISyntaxException several) {
            return URI.create(uri.replace("[", "%5B").replace("]", "%5D"));
        }
    }

    /** Sets the name of the cluster. */
    public ClusterOptions withCluster(String value) {
        return new ClusterOptions(uri, value, member, connect, weight, maxBatch, transport, scheduler, nanoTime);
    }

    /** Sets the name of this member, unique in the cluster. */
    public ClusterOptions withMember(String value) {
        return new ClusterOptions(uri, cluster, value, connect, weight, maxBatch, transport, scheduler, nanoTime);
    }

    /** Sets credentials, TLS, QoS and the connect time-out. */
    public ClusterOptions withConnect(ConnectOptions value) {
        return new ClusterOptions(uri, cluster, member, value, weight, maxBatch, transport, scheduler, nanoTime);
    }

    /** Sets the weight of this member, 1 to {@link #MOST_WEIGHT}. */
    public ClusterOptions withWeight(int value) {
        return new ClusterOptions(uri, cluster, member, connect, value, maxBatch, transport, scheduler, nanoTime);
    }

    /** Sets the most tasks or results in one frame. With 1, each travels in a frame of its own. */
    public ClusterOptions withMaxBatch(int value) {
        return new ClusterOptions(uri, cluster, member, connect, weight, value, transport, scheduler, nanoTime);
    }

    /** Sets the transport, instead of the one for the URI's scheme. */
    public ClusterOptions withTransport(TransportProvider value) {
        return new ClusterOptions(uri, cluster, member, connect, weight, maxBatch, value, scheduler, nanoTime);
    }

    /** Sets the scheduler and its clock. For tests in virtual time. */
    public ClusterOptions withTime(Scheduler time, LongSupplier clock) {
        return new ClusterOptions(uri, cluster, member, connect, weight, maxBatch, transport, time, clock);
    }
}
