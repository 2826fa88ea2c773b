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
 * @param uri of the broker
 * @param cluster the cluster's name; several can share a broker
 * @param member this member's name, unique in the cluster; a client without a store should leave it to chance
 * @param connect credentials, TLS, QoS
 * @param weight of this member's work among that of others, 1 to 16: where nodes have less room than is wanted, a member of weight 3 is given
 *     three times as much as one of weight 1
 * @param maxBatch most tasks or results in one frame; more than 1 only when they are there to be sent, a lone one never waits
 * @param transport null: the one found for the URI's scheme
 * @param scheduler for time-outs and repeated announcements
 * @param nanoTime a clock that never goes back
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

    public static final String DEFAULT_CLUSTER = "default";

    /** No member counts for more than so many of weight 1. */
    public static final int MOST_WEIGHT = Frame.MOST_WEIGHT;

    /** Most tasks or results in one frame. */
    public static final int DEFAULT_MAX_BATCH = 4096;

    public ClusterOptions {
        if (weight < 1 || weight > MOST_WEIGHT) {
            throw new IllegalArgumentException("weight is 1 to " + MOST_WEIGHT + ", not " + weight);
        }
    }

    /**
     * The defaults.
     *
     * @param uri a scheme alone, such as {@code embedded:}, is enough where there is nothing else to say
     * @throws IllegalArgumentException if it is no URI
     */
    public static ClusterOptions of(String uri) {
        return new ClusterOptions(
                parsed(uri.endsWith(":") ? uri + "local" : uri), // Java's URIs want something behind the colon
                DEFAULT_CLUSTER,
                "client-" + UUID.randomUUID().toString().substring(0, 13),
                ConnectOptions.DEFAULTS,
                1,
                DEFAULT_MAX_BATCH,
                null,
                Schedulers.parallel(),
                System::nanoTime);
    }

    /** Java takes an IPv6 address in brackets only if it is all that there is; transports read the brackets in either way. */
    private static URI parsed(String uri) {
        try {
            return new URI(uri);
        } catch (URISyntaxException several) {
            return URI.create(uri.replace("[", "%5B").replace("]", "%5D"));
        }
    }

    public ClusterOptions withCluster(String value) {
        return new ClusterOptions(uri, value, member, connect, weight, maxBatch, transport, scheduler, nanoTime);
    }

    public ClusterOptions withMember(String value) {
        return new ClusterOptions(uri, cluster, value, connect, weight, maxBatch, transport, scheduler, nanoTime);
    }

    public ClusterOptions withConnect(ConnectOptions value) {
        return new ClusterOptions(uri, cluster, member, value, weight, maxBatch, transport, scheduler, nanoTime);
    }

    public ClusterOptions withWeight(int value) {
        return new ClusterOptions(uri, cluster, member, connect, value, maxBatch, transport, scheduler, nanoTime);
    }

    /** 1 sends each task and each result in a frame of its own. */
    public ClusterOptions withMaxBatch(int value) {
        return new ClusterOptions(uri, cluster, member, connect, weight, value, transport, scheduler, nanoTime);
    }

    public ClusterOptions withTransport(TransportProvider value) {
        return new ClusterOptions(uri, cluster, member, connect, weight, maxBatch, value, scheduler, nanoTime);
    }

    /** Another scheduler and its clock; for tests in virtual time. */
    public ClusterOptions withTime(Scheduler time, LongSupplier clock) {
        return new ClusterOptions(uri, cluster, member, connect, weight, maxBatch, transport, time, clock);
    }
}
