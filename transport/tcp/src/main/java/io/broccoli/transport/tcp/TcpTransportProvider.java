package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.Set;

/**
 * Opens transports without a broker for {@code tcp://host:port,host:port} and, with TLS, {@code tcps://...}. The hosts are where
 * some members are looked for; the others are found through them. All members may have the same URI: one that finds an address of it
 * free on its own machine listens there, the others at any free port. The port is 7470 where none is said.
 *
 * <p>Options follow a question mark, with {@code &} between them:
 *
 * <ul>
 *   <li>{@code listen=host:port}: where to listen; {@code listen=no}: nowhere, this member dials the others
 *   <li>{@code advertise=host:port}: what the others are told, where that is not what they see
 *   <li>{@code discover=no}: dial nobody but the hosts of the URI
 *   <li>{@code verify=ca}: any certificate of the trusted authority will do (default {@code host}: it must be for the host dialed)
 *   <li>{@code maxFrame=bytes}: the largest frame, 1,024 to 16,777,216 (default 65,536)
 * </ul>
 *
 * <p>A password of the options is the cluster's secret: both ends prove that they know it before anything else is believed, and it is
 * never sent. The name of the user is not looked at.
 */
public final class TcpTransportProvider implements TransportProvider {

    /** For {@link java.util.ServiceLoader}. */
    public TcpTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("tcp", "tcps");
    }

    /**
     * {@inheritDoc}
     *
     * <p>The options' TLS also applies to the scheme {@code tcp}; the files that they name are read here. Who listens needs a
     * certificate and a key. Where there is no secret, who dials needs them too.
     */
    @Override
    public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
        return new TcpTransport(
                TcpSettings.parse(uri, options),
                Names.check("cluster", cluster),
                Names.check("member", member),
                options);
    }
}
