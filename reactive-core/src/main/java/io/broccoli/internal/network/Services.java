package io.broccoli.internal.network;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Finds codecs and transports on the class path. */
public final class Services {

    private Services() {}

    /**
     * The first implementation of a service.
     *
     * @throws IllegalStateException if there is none; the message names the artifact to add
     */
    public static <T> T one(Class<T> service) {
        return ServiceLoader.load(service, Services.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No " + service.getSimpleName()
                        + " on the class path: add the artifact io.broccoli:broccoli-transport-core"));
    }

    /**
     * Opens the transport of a member, over one network or over several.
     *
     * @param uris the networks
     * @throws IllegalArgumentException if there is no transport for a scheme; the message names the artifact to add
     */
    public static Transport transport(ClusterOptions options, List<URI> uris, FrameCodec frames) {
        List<Transport> networks = new ArrayList<>();
        try {
            for (URI uri : uris) {
                networks.add(transport(options, uri, options.member(), options.connect()));
            }
        } catch (Throwable failed) { // an embedded broker runs as long as one of them uses it
            networks.forEach(each -> each.close(false).onErrorComplete().subscribe());
            throw failed;
        }
        Presences presences = new Presences(frames);
        return networks.size() == 1
                ? networks.get(0)
                : new ManyTransport(networks, presences::isGone, presences::isRelayed, options.nanoTime());
    }

    public static Transport transport(ClusterOptions options, URI uri, String member, ConnectOptions connect) {
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
        throw new IllegalArgumentException(
                "No transport for '" + uri + "': the class path knows the schemes " + known + "; " + advice(scheme));
    }

    private static String advice(String scheme) {
        String artifact =
                switch (scheme) {
                    case "mqtt", "mqtts" -> "broccoli-transport-mqtt";
                    case "tcp", "tcps" -> "broccoli-transport-tcp";
                    case "embedded" -> "broccoli-transport-broker";
                    case "memory" -> "broccoli-transport-core";
                    default -> "";
                };
        return artifact.isEmpty()
                ? "no artifact of Broccoli has " + scheme + ": write mqtt://host:port for an MQTT broker, or"
                        + " tcp://host:port for a network without one"
                : "for " + scheme + ": add the artifact io.broccoli:" + artifact;
    }
}
