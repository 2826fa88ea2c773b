package io.broccoli.transport.memory;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens {@code memory:} and {@code memory:name}: members of this process that name the same URI and cluster meet. A network lasts
 * as long as one of its members is open; what was announced there is forgotten with it.
 */
public final class MemoryTransportProvider implements TransportProvider {
    private static final Map<String, MemoryNetwork> NETWORKS = new ConcurrentHashMap<>();

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
