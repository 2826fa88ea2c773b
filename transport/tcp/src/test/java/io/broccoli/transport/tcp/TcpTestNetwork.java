package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.contract.Cable;
import io.broccoli.transport.contract.TestNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Each cluster has a port of its own at which its members find each other. */
final class TcpTestNetwork implements TestNetwork {

    private static final String BY_CABLE = "?listen=no&discover=no";

    private final String scheme;
    private final ConnectOptions options;
    private final Map<String, Integer> ports = new HashMap<>();
    private final List<Cable> cables = new ArrayList<>();
    private final @Nullable Random pieces;

    TcpTestNetwork() {
        this("tcp", ConnectOptions.DEFAULTS, null);
    }

    /**
     * @param pieces lets what is sent come in pieces of any size; then all are connected to the first member of their cluster and to
     *     nobody else. Null: as it is sent
     */
    TcpTestNetwork(String scheme, ConnectOptions options, @Nullable Random pieces) {
        this.scheme = scheme;
        this.options = options;
        this.pieces = pieces;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized int port(String cluster) {
        return ports.computeIfAbsent(cluster, name -> freePort());
    }

    Transport open(String cluster, String member, int port, String query) {
        return open(cluster, member, port, query, options);
    }

    Transport open(String cluster, String member, int port, String query, ConnectOptions with) {
        return new TcpTransportProvider()
                .open(URI.create(scheme + "://127.0.0.1:" + port + query), cluster, member, with);
    }

    @Override
    public Transport open(String cluster, String member) {
        boolean isFirst = !ports.containsKey(cluster);
        return pieces == null || isFirst
                ? open(cluster, member, port(cluster), "")
                : open(cluster, member, cable(cluster).port(), BY_CABLE);
    }

    private Cable cable(String cluster) {
        Cable cable = new Cable(port(cluster), pieces);
        cables.add(cable);
        return cable;
    }

    @Override
    public Distant distant(String cluster, String member) {
        Cable cable = cable(cluster);
        return new Distant(open(cluster, member, cable.port(), BY_CABLE), cable);
    }

    @Override
    public Promises promises() {
        return new Promises(true, false, true, Loops.PREFIX);
    }

    /** Noise, a length that is not meant, a greeting that breaks off, one that goes on with noise. */
    @Override
    public void disturb(String cluster, String member, long seed) {
        Random random = new Random(seed);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(cluster));
                OutputStream out = socket.getOutputStream()) {
            byte[] noise = new byte[random.nextInt(2_000)];
            random.nextBytes(noise);
            if (seed % 2 == 0) {
                out.write(hello(cluster, "x" + seed, 1));
            }
            if (seed % 3 == 0) {
                out.write(new Writer().number(random.nextInt(), Integer.BYTES).bytes());
            }
            out.write(noise);
            out.flush();
        } catch (IOException e) {
            // it was shown the door
        }
    }

    static byte[] hello(String cluster, String member, long life) {
        Hello hello = new Hello(
                cluster, member, System.currentTimeMillis(), life, new byte[Hello.NONCE], new Host("", 0), 65_536);
        return message(Kind.HELLO, hello.encode());
    }

    static byte[] message(Kind kind, byte[] body) {
        return new Writer()
                .number(body.length + 1L, Integer.BYTES)
                .number(kind.code, 1)
                .raw(body)
                .bytes();
    }

    @Override
    public void close() {
        cables.forEach(Cable::close);
    }
}
