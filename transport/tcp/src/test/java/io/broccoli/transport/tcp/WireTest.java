package io.broccoli.transport.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The samples of docs/wire-format.md, byte for byte. */
class WireTest {

    private static final String HELLO_OF_A = "0000003101 42524343 01 0163 0161 0000000000000007 0000000000000001"
            + "000102030405060708090a0b0c0d0e0f 00 1d2e 00010000";
    private static final String HELLO_OF_B = "0000003a01 42524343 01 0163 0162 0000000000000008 0000000000000002"
            + "101112131415161718191a1b1c1d1e1f 09 3132372e302e302e31 0000 00010000";

    private static String hex(String spaced) {
        return spaced.replace(" ", "");
    }

    private static String message(Kind kind, byte[] body) {
        return HexFormat.of().formatHex(TcpTestNetwork.message(kind, body));
    }

    private static byte[] nonce(int first) {
        byte[] nonce = new byte[Hello.NONCE];
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) (first + i);
        }
        return nonce;
    }

    private static final Hello A = new Hello("c", "a", 7, 1, nonce(0), new Host("", 7470), 65_536);
    private static final Hello B = new Hello("c", "b", 8, 2, nonce(16), new Host("127.0.0.1", 0), 65_536);

    /** What both say, in the order of the page. */
    private static List<String> greeting(byte @Nullable [] secret) {
        List<String> said = new ArrayList<>();
        List<Handshake> ends = new ArrayList<>();
        List<Hello> known = new ArrayList<>();
        ends.add(new Handshake(
                true, A, secret, (kind, body) -> hear(said, ends.get(1), kind, body), hello -> null, known::add));
        ends.add(new Handshake(
                false, B, secret, (kind, body) -> hear(said, ends.get(0), kind, body), hello -> null, known::add));
        ends.get(0).start();
        assertThat(known).hasSize(2);
        return said;
    }

    private static void hear(List<String> said, Handshake other, Kind kind, byte[] body) {
        said.add(message(kind, body));
        other.message(kind, body);
    }

    @Test
    void aGreetingWithoutASecretIsAsThePageSays() {
        assertThat(greeting(null)).containsExactly(hex(HELLO_OF_A), hex(HELLO_OF_B), "0000000102", "0000000102");
    }

    @Test
    void aGreetingWithASecretIsAsThePageSays() {
        assertThat(greeting("secret".getBytes(UTF_8)))
                .containsExactly(
                        hex(HELLO_OF_A),
                        hex(HELLO_OF_B),
                        "0000002102957026d566d80259d17ce278839f90dc17cf7ac11853bdb56404c9b0d19ce459",
                        "0000002102c665ea48c3d89b850ef8cd280b839611247fd84678c236490c5d4331a63b0180");
    }

    @Test
    void messagesAfterTheGreetingAreAsThePageSays() {
        assertThat(message(Kind.REFUSE, Refusal.CLUSTER.bytes())).isEqualTo(hex("00000002 03 01"));
        assertThat(message(Kind.FRAME, new byte[] {(byte) 0x92, 0x18, 5})).isEqualTo(hex("00000004 10 921805"));
        assertThat(message(Kind.ALIVE, new byte[0])).isEqualTo(hex("00000001 15"));
        Address address = new Address("b", new Host("192.0.2.8", 7471), 8);
        assertThat(Address.encode(List.of(address))).singleElement().satisfies(body -> assertThat(
                        message(Kind.PEERS, body))
                .isEqualTo(hex("00000017 14 0162 09 3139322e302e322e38 1d2f 0000000000000008")));
    }
}
