package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.Set;

/**
 * Opens transports without a broker, for {@code tcp://host:port,host:port} and, with TLS, {@code tcps://...}. The hosts
 * are the addresses of some members; the other members are found through them. All members may use the same URI: a
 * member that finds one of its addresses free on its own machine listens there, the others listen at any free port. The
 * default port is 7470.
 *
 * <p>Options follow a question mark, with {@code &} between them:
 *
 * <ul>
 *   <li>{@code listen=host:port}: where to listen; {@code listen=no}: do not listen, this member dials the others
 *   <li>{@code advertise=host:port}: the address that others are told, if it differs from the one that they see
 *   <li>{@code discover=no}: dial only the hosts of the URI
 *   <li>{@code verify=ca}: accept any certificate of the trusted authority (default {@code host}: it must be for the
 *       dialed host); {@code verify=member}: at both ends it must name the member, as its common name or as an
 *       alternative DNS name
 *   <li>{@code maxFrame=bytes}: the largest frame, 1,024 to 16,777,216 (default 65,536)
 * </ul>
 *
 * <p>The password of the options is the cluster's secret. Both ends prove that they know it before they accept anything
 * else. It is never sent. The user name is ignored.
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
     * <p>TLS files of the options also apply to the scheme {@code tcp}. They are read by this method. A member that
     * listens needs a certificate and a key. Without a secret, a member that dials needs them too.
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
