package io.broccoli.spi;

import java.net.URI;
import java.util.Set;

/** Opens transports for the schemes of its URIs. Found by {@link java.util.ServiceLoader}. */
public interface TransportProvider {

    /** For example {@code mqtt}, {@code mqtts}. */
    Set<String> schemes();

    /**
     * Makes a transport; nothing is connected yet.
     *
     * @param member the name of the member
     * @throws IllegalArgumentException if the URI or an option makes no sense for this transport, saying which
     */
    Transport open(URI uri, String cluster, String member, ConnectOptions options);
}
