package io.broccoli.spi;

import java.net.URI;
import java.util.Set;

/** Creates transports for URIs of certain schemes. It is found by {@link java.util.ServiceLoader}. */
public interface TransportProvider {

    /** The schemes of its URIs, for example {@code mqtt} and {@code mqtts}. */
    Set<String> schemes();

    /**
     * Creates a transport. It connects when it is started.
     *
     * @param uri the network
     * @param cluster the name of the cluster
     * @param member the name of the member
     * @param options credentials, TLS and other options
     * @throws IllegalArgumentException if the URI or an option is invalid for this transport; the message names it
     */
    Transport open(URI uri, String cluster, String member, ConnectOptions options);
}
