package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.transport.contract.Certificates;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.contract.TestMember;
import io.broccoli.transport.tcp.TcpConnectionException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpSecurityTest {

    @TempDir
    static Path folder = Path.of(".");

    private static Tls ours = new Tls(null, null, null);
    private static Tls others = ours;
    private static Tls without = ours;
    private static Tls strange = ours;

    private final TcpTestNetwork network = new TcpTestNetwork();
    private final List<TestMember> open = new ArrayList<>();

    @BeforeAll
    static void issue() throws Exception {
        Certificates all = new Certificates(folder).issue("member", "EC").issue("other", "EC");
        Certificates foreign =
                new Certificates(java.nio.file.Files.createDirectory(folder.resolve("others"))).issue("member", "RSA");
        others = new Tls(all.ca(), all.certificate("other"), all.key("other"));
        ours = new Tls(all.ca(), all.certificate("member"), all.key("member"));
        without = new Tls(all.ca(), null, null);
        strange = new Tls(all.ca(), foreign.certificate("member"), foreign.key("member"));
    }

    @AfterEach
    void close() {
        open.forEach(TestMember::close);
    }

    private TestMember member(String name, String query, ConnectOptions options) {
        TestMember member = new TestMember(network.open("c", name, network.port("c"), query, options), name);
        open.add(member);
        return member.start(null);
    }

    private static ConnectOptions secret(String secret) {
        return ConnectOptions.DEFAULTS.withSecret(secret);
    }

    private static ConnectOptions tls(Tls tls) {
        return ConnectOptions.DEFAULTS.withTls(tls);
    }

    private static void meet(TestMember from, TestMember to) {
        Soon.holds(() -> {
            try {
                from.send(to, "x");
            } catch (RuntimeException e) {
                throw new AssertionError(e);
            }
            assertThat(to.frames).isNotEmpty();
        });
    }

    private static Reason reason(TestMember member) {
        return ((TcpConnectionException) member.firstDisconnection()).reason();
    }

    @Test
    void whoKnowsTheSecretComesIn() {
        TestMember a = member("a", "", secret("s3cret")).joined();
        TestMember b = member("b", "", secret("s3cret")).joined();
        meet(b, a);
        meet(a, b);
    }

    @Test
    void whoKnowsAnotherSecretOrNoneIsRefusedAndTold() {
        TestMember a = member("a", "", secret("s3cret")).joined();
        TestMember wrong = member("b", "", secret("guessed"));
        TestMember none = member("c", "", ConnectOptions.DEFAULTS);
        assertThat(wrong.firstDisconnection()).hasMessageContaining("knows another secret, or none");
        assertThat(reason(none)).isEqualTo(Reason.REFUSED);
        assertThat(a.frames).isEmpty();
        assertThatThrownBy(() -> wrong.send(a, "x")).hasMessageContaining("no connection to 'a'");
    }

    @Test
    void whoKnowsASecretTrustsNobodyWhoKnowsNone() {
        member("a", "", ConnectOptions.DEFAULTS).joined();
        TestMember b = member("b", "", secret("s3cret"));
        assertThat(reason(b)).isEqualTo(Reason.REFUSED);
    }

    @Test
    void membersOfAnotherClusterAreRefusedAndTold() {
        member("a", "", ConnectOptions.DEFAULTS).joined();
        TestMember b = new TestMember(network.open("other", "b", network.port("c"), "", ConnectOptions.DEFAULTS), "b");
        open.add(b);
        b.start(null);
        assertThat(b.firstDisconnection()).hasMessageContaining("belongs to another cluster");
    }

    @Test
    void certificatesOfOneAuthorityLetMembersIn() {
        TestMember a = member("a", "", tls(ours)).joined();
        TestMember b = member("b", "", tls(ours)).joined();
        meet(b, a);
        meet(a, b);
    }

    @Test
    void withoutACertificateOfTheAuthorityNobodyComesIn() {
        TestMember a = member("a", "", tls(ours)).joined();
        TestMember none = member("b", "?listen=no", tls(without));
        TestMember foreign = member("c", "", tls(strange));
        none.firstDisconnection();
        foreign.firstDisconnection();
        assertThat(none.connections).hasValue(0);
        assertThat(foreign.connections).hasValue(0);
        assertThat(a.presences).isEmpty();
    }

    @Test
    void withASecretWhoDialsNeedsNoCertificate() {
        TestMember a = member("a", "", tls(ours).withSecret("s3cret")).joined();
        TestMember b =
                member("b", "?listen=no", tls(without).withSecret("s3cret")).joined();
        meet(b, a);
        TestMember wrong = member("c", "?listen=no", tls(without).withSecret("guessed"));
        assertThat(wrong.firstDisconnection()).hasMessageContaining("secret");
    }

    @Test
    void aCertificateSpeaksForTheMemberThatItNamesAndForNoOther() {
        String bound = "?verify=member";
        TestMember member = member("member", bound, tls(ours)).joined();
        TestMember other = member("other", bound, tls(others)).joined();
        meet(other, member);
        meet(member, other);
        TestMember liar = member("liar", bound + "&listen=no", tls(others));
        assertThat(liar.firstDisconnection()).hasMessageContaining("a certificate that does not name this member");
        assertThat(reason(liar)).isEqualTo(Reason.REFUSED);
        assertThat(member.presences).doesNotContainKey("liar");
        TestMember trusting = member("trusting", "?listen=no&verify=ca&discover=no", tls(others));
        assertThat(trusting.firstDisconnection()).hasMessageContaining("does not name this member");
        TestMember thief = member("member", bound + "&listen=no", tls(others));
        assertThat(thief.firstDisconnection()).hasMessageContaining("does not name this member");
        meet(other, member);
    }

    @Test
    void whoDialsWithNamesInCertificatesRefusesWhoeverListensUnderAnotherName() {
        member("anybody", "?verify=ca", tls(ours)).joined();
        TestMember strict = member("other", "?verify=member&listen=no", tls(others));
        assertThat(strict.firstDisconnection()).hasMessageContaining("has a certificate that does not name it");
        assertThat(strict.connections).hasValue(0);
    }

    @Test
    void aSecretDoesNotReplaceACertificateThatMustNameTheMember() {
        member("member", "?verify=member", tls(ours).withSecret("s3cret")).joined();
        TestMember none = member("c", "?verify=member&listen=no", tls(without).withSecret("s3cret"));
        none.firstDisconnection();
        assertThat(none.connections).hasValue(0);
        assertThatThrownBy(() -> member("d", "?verify=member", secret("s3cret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tcps://");
    }

    @Test
    void whoeverClaimsToHaveStartedFarAheadDoesNotKeepANameFromItsOwner() throws Exception {
        TestMember a = member("a", "", ConnectOptions.DEFAULTS).joined();
        for (long started : new long[] {
            Long.MAX_VALUE, System.currentTimeMillis() + Duration.ofDays(2).toMillis()
        }) {
            try (RawPeer liar = new RawPeer(network.port("c"))) {
                Hello hello = new Hello("c", "b", started, 7, new byte[Hello.NONCE], new Host("", 0), 65_536);
                liar.say(Kind.HELLO, hello.encode()).expect(Kind.HELLO);
                assertThat(liar.say(Kind.PROOF, new byte[0]).expect(Kind.REFUSE))
                        .isEqualTo(Refusal.FUTURE.bytes());
            }
        }
        TestMember b = member("b", "", ConnectOptions.DEFAULTS).joined();
        meet(b, a);
    }

    @Test
    void addressesThatAMemberMakesUpCostAFewDials() throws Exception {
        member("a", "", ConnectOptions.DEFAULTS).joined();
        try (java.net.ServerSocket trap = new java.net.ServerSocket(0, 500, java.net.InetAddress.getLoopbackAddress());
                RawPeer liar = new RawPeer(network.port("c")).greet("c", "liar")) {
            List<Address> madeUp = new ArrayList<>();
            for (int i = 0; i < Address.MOST / 2; i++) {
                madeUp.add(new Address("z" + i, new Host("127.0.0.1", trap.getLocalPort()), 1));
            }
            for (int i = 0; i < 10; i++) {
                for (byte[] each : Address.encode(madeUp)) {
                    liar.say(Kind.PEERS, each);
                }
            }
            trap.setSoTimeout(3_000);
            trap.accept().close();
            int dials = 1;
            trap.setSoTimeout(1_000);
            try {
                while (dials < 100) {
                    trap.accept().close();
                    dials++;
                }
            } catch (java.net.SocketTimeoutException quiet) {
                // no more of them
            }
            assertThat(dials).isLessThanOrEqualTo(Targets.HEARSAY_TRIES);
        }
    }

    @Test
    void aPlainMemberAndOneThatSpeaksTlsDoNotMeetAndAreTold() {
        member("a", "", tls(ours)).joined();
        TestMember plain = member("b", "?listen=no", ConnectOptions.DEFAULTS);
        assertThat(plain.firstDisconnection()).hasMessageContaining("no greeting from");
        assertThat(plain.connections).hasValue(0);
    }

    @Test
    void strangersThatSayNothingOfTlsAreBoundedToo() throws Exception {
        member("a", "", new ConnectOptions(null, null, ours, 0, Duration.ofMinutes(5), 0, false, Map.of()))
                .joined();
        List<RawPeer> strangers = new ArrayList<>();
        for (int i = 0; i <= Strangers.MOST; i++) {
            strangers.add(new RawPeer(network.port("c")));
        }
        assertThat(strangers.get(Strangers.MOST).isShownTheDoor()
                        || strangers.get(0).isShownTheDoor())
                .isTrue();
        for (RawPeer each : strangers) {
            each.close();
        }
    }

    @Test
    void whoListensNeedsACertificateAndIsToldWhichFileIsBad() {
        assertThatThrownBy(() -> member("a", "", tls(without)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listen=no");
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> member("a", "", tls(new Tls(missing, missing, missing))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing.pem");
    }
}
