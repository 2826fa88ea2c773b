package io.broccoli.network;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** What the class path offers: codecs, and transports for the schemes of URIs. */
public final class Services {

    private Services() {}

    /** @throws IllegalStateException if there is none, naming the artifact to add */
    public static <T> T one(Class<T> service) {
        return ServiceLoader.load(service, Services.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No " + service.getSimpleName()
                        + " on the class path: add the artifact io.broccoli:broccoli-transport-core"));
    }

    /**
     * Opens the transport of a member: over the one network that its URI names, or over several.
     *
     * @throws IllegalArgumentException if there is no transport for a scheme, naming the artifact to add
     */
    public static Transport transport(ClusterOptions options, FrameCodec frames) {
        List<URI> uris = options.transport() == null ? Networks.of(options.uri()) : List.of(options.uri());
        List<Transport> networks = new ArrayList<>();
        for (URI uri : uris) {
            networks.add(transport(options, uri, options.member(), options.connect()));
        }
        Presences presences = new Presences(frames);
        return networks.size() == 1
                ? networks.get(0)
                : new ManyTransport(networks, presences::isGone, presences::isRelayed, options.nanoTime());
    }

    static Transport transport(ClusterOptions options, URI uri, String member, ConnectOptions connect) {
        TransportProvider given = options.transport();
        return (given == null ? provider(uri) : given).open(uri, options.cluster(), member, connect);
    }

    private static TransportProvider provider(URI uri) {
        String scheme = String.valueOf(uri.getScheme());
        List<String> known = new ArrayList<>();
        for (TransportProvider provider :
                ServiceLoader.load(TransportProvider.class, Services.class.getClassLoader())) {
            if (provider.schemes().contains(scheme)) {
                return provider;
            }
            known.addAll(provider.schemes());
        }
        String artifact =
                switch (scheme) {
                    case "mqtt", "mqtts" -> "broccoli-transport-mqtt";
                    case "tcp", "tcps" -> "broccoli-transport-tcp";
                    case "embedded" -> "broccoli-transport-broker";
                    default -> "broccoli-transport-core";
                };
        throw new IllegalArgumentException("No transport for '" + uri + "': the class path knows the schemes " + known
                + "; for " + scheme + ": add the artifact io.broccoli:" + artifact);
    }
}
