package io.broccoli.transport.memory;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens transports for {@code memory:} and {@code memory:name}. Members of this process with the same URI and cluster
 * share a network. The network and its announcements exist as long as one of its transports is open.
 */
public final class MemoryTransportProvider implements TransportProvider {
    private static final Map<String, MemoryNetwork> NETWORKS = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public MemoryTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
        Transport[] opened = new Transport[1];
        // within compute, so that the network cannot be taken for a deserted one in between
        NETWORKS.compute(name(uri), (name, known) -> {
            MemoryNetwork network = known == null || known.isDeserted() ? new MemoryNetwork() : known;
            opened[0] = network.open(uri, cluster, member, options);
            return network;
        });
        return opened[0];
    }

    private static String name(URI uri) {
        String name = uri.getSchemeSpecificPart();
        return name.startsWith("//") ? name.substring(2) : name;
    }
}
