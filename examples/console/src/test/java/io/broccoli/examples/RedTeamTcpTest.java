package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.Cluster;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.spi.TransportProvider;
import io.broccoli.transport.contract.Certificates;
import io.broccoli.transport.mqtt.Ports;
import io.broccoli.transport.tcp.TcpTransportProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The red team without a broker: TLS, a certificate of each member, and {@code verify=member}. */
@Tag("brokers") // there are none: it takes as long as those that have one
@SuppressWarnings("NullAway.Init") // JUnit fills the folder, and calls lock
class RedTeamTcpTest extends RedTeamContract {

    private static final String LATE = "late"; // a member that comes in the middle of an attack
    private static final int MOST_DIALS = 5; // docs/networks.md
    private static final int PORTS = 10;
    private static final int AT_ONCE = 256;
    private static final int CROWD = 300;
    private static final Duration WATCHED = Duration.ofMillis(1_500);
    private static final byte[] NOTHING = {};

    @TempDir
    static Path folder;

    private Certificates certificates;
    private SSLContext mallorys;
    private SSLContext strangers;
    private int port;

    @Override
    void lock() throws Exception {
        certificates = new Certificates(folder);
        for (String name : List.of(NODE, ANN, MALLORY, LATE)) {
            certificates.issue(name, "EC");
        }
        mallorys = certificates.context(MALLORY);
        Certificates others = new Certificates(Files.createDirectory(folder.resolve("others")));
        strangers = others.issue(NODE, "EC").context(NODE);
        port = Ports.free();
    }

    @Override
    void unlock() {}

    @Override
    TransportProvider provider() {
        return new TcpTransportProvider();
    }

    @Override
    String uri() {
        return "tcps://127.0.0.1:" + port + "?verify=member";
    }

    @Override
    ConnectOptions connecting(String user) {
        return ConnectOptions.DEFAULTS.withTls(
                new Tls(certificates.ca(), certificates.certificate(user), certificates.key(user)));
    }

    @Override
    List<Attack> attacks() {
        return Stream.concat(
                        super.attacks().stream(),
                        Stream.of(
                                Attack.of("greets in the names of others", "refused: CERTIFICATE", this::takeNames),
                                Attack.of(
                                        "says that it started at 2^63 - 1", "refused: FUTURE", this::startInTheFuture),
                                Attack.of(
                                        "shows no certificate, or a strange one",
                                        "cannot get in",
                                        this::comeAsAStranger),
                                Attack.of("garbles and cuts greetings", "shown the door", this::garble),
                                Attack.of("sends frames that are too large", "shown the door", this::sendLarge),
                                Attack.of(
                                        "tells thousands of addresses",
                                        "a few dials of each place",
                                        this::tellAddresses),
                                Attack.of("opens hundreds of silent connections", "members come in", this::crowd)))
                .toList();
    }

    private HostilePeer mallorysPeer() throws IOException {
        return new HostilePeer(port, mallorys);
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private void takeNames() throws Exception {
        for (String name : List.of(ANN, NODE, "anybody", "x".repeat(64))) {
            for (long started : new long[] {0, now(), now() + TimeUnit.HOURS.toMillis(23)}) {
                try (HostilePeer peer = mallorysPeer()) {
                    assertThat(peer.greet(CLUSTER, name, started).refusal())
                            .as(name)
                            .isEqualTo(HostilePeer.CERTIFICATE);
                }
            }
        }
        assertThat(ann().nodes()).hasSize(1);
    }

    private void startInTheFuture() throws Exception {
        for (String name : List.of(MALLORY, ANN)) {
            for (long started : new long[] {Long.MAX_VALUE, now() + TimeUnit.DAYS.toMillis(2)}) {
                try (HostilePeer peer = mallorysPeer()) {
                    assertThat(peer.greet(CLUSTER, name, started).refusal()).isEqualTo(HostilePeer.FUTURE);
                }
            }
        }
        mallory().close(); // her own name is free
    }

    private void comeAsAStranger() throws Exception {
        for (SSLContext tls : Arrays.asList(certificates.context(null), strangers)) {
            assertThatThrownBy(() -> {
                        try (HostilePeer peer = new HostilePeer(port, tls)) {
                            peer.greet(CLUSTER, NODE, now());
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        try (HostilePeer plain = new HostilePeer(port, null)) {
            byte[] hello = HostilePeer.hello(CLUSTER, ANN, now());
            assertThat(plain.isShownTheDoorFor(HostilePeer.message(HostilePeer.HELLO, hello)))
                    .isTrue();
        }
    }

    private void garble() throws Exception {
        byte[] hello = HostilePeer.message(HostilePeer.HELLO, HostilePeer.hello(CLUSTER, MALLORY, now()));
        byte[] noise = new byte[5_000];
        new Random(7).nextBytes(noise);
        List<byte[]> greetings = new ArrayList<>(List.of(
                noise,
                new byte[5], // a message of no byte
                new byte[] {0x7f, -1, -1, -1, HostilePeer.HELLO}, // of 2 GB
                new byte[] {-1, -1, -1, -1, HostilePeer.HELLO},
                HostilePeer.message(HostilePeer.HELLO, new byte[2_000]),
                HostilePeer.message(HostilePeer.PROOF, NOTHING),
                HostilePeer.message(HostilePeer.FRAME, NOTHING),
                HostilePeer.message(99, NOTHING)));
        for (int length : new int[] {10, 30, hello.length - 6}) { // whole messages whose fields end too early
            greetings.add(HostilePeer.message(HostilePeer.HELLO, Arrays.copyOfRange(hello, 5, length)));
        }
        greetings.add(HostilePeer.bytes(out -> {
            out.write(hello);
            out.write(hello);
        }));
        for (byte[] each : greetings) {
            try (HostilePeer peer = mallorysPeer()) {
                assertThat(peer.isShownTheDoorFor(each)).as(begin(each)).isTrue();
            }
        }
    }

    private static String begin(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 20));
    }

    private void sendLarge() throws Exception {
        List<byte[]> messages = List.of(
                HostilePeer.message(HostilePeer.FRAME, new byte[65_537]),
                new byte[] {0x7f, -1, -1, -1, HostilePeer.FRAME},
                new byte[] {0x01, 0, 0, 0, HostilePeer.PEERS}, // 16 MB of addresses
                HostilePeer.message(HostilePeer.PEERS, new byte[1_000]),
                HostilePeer.message(HostilePeer.HELLO, HostilePeer.hello(CLUSTER, ANN, now())),
                HostilePeer.message(HostilePeer.PROOF, NOTHING),
                HostilePeer.message(99, NOTHING),
                new byte[5]);
        for (byte[] each : messages) {
            try (HostilePeer peer = mallorysPeer()) {
                peer.greet(CLUSTER, MALLORY, now()).expect(HostilePeer.PROOF);
                assertThat(peer.isShownTheDoorFor(each)).as(begin(each)).isTrue();
            }
        }
    }

    /** A thousand names at one place, and as many at places where nobody is; ann is not told of any. */
    private void tellAddresses() throws Exception {
        try (ServerSocket trap = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
                HostilePeer peer = mallorysPeer()) {
            peer.greet(CLUSTER, MALLORY, now()).expect(HostilePeer.PROOF);
            for (int i = 0; i < PORTS; i++) {
                String host = i % 2 == 0 ? "127.0.0.1" : "127.0.1." + i;
                peer.say(HostilePeer.PEERS, addresses("z" + i, host, trap.getLocalPort()));
            }
            int dials = 0;
            long end = System.nanoTime() + WATCHED.toNanos();
            for (long left = WATCHED.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                trap.setSoTimeout((int) left);
                try {
                    trap.accept().close();
                    dials++;
                } catch (SocketTimeoutException quiet) {
                    break;
                }
            }
            assertThat(dials).isBetween(1, MOST_DIALS);
        }
    }

    private static byte[] addresses(String prefix, String host, int port) {
        return HostilePeer.bytes(out -> {
            for (int i = 0; i < AT_ONCE; i++) {
                HostilePeer.text(out, prefix + "-" + i);
                HostilePeer.text(out, host);
                out.writeShort(port);
                out.writeLong(1);
            }
        });
    }

    private void crowd() throws Exception {
        List<HostilePeer> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < CROWD; i++) {
                crowd.add(new HostilePeer(port, null));
            }
            try (Cluster late = Cluster.connect(member(LATE));
                    HonestStream stream = new HonestStream(late, NODE)) {
                late.awaitNodes(1, Duration.ofSeconds(30)).block();
                stream.begin(NEXT).goesOn(20);
                stream.ends();
            }
        } finally {
            for (HostilePeer each : crowd) {
                each.close();
            }
        }
    }
}
