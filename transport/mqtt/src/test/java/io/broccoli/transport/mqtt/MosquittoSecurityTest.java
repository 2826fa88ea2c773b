package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.transport.contract.Certificates;
import io.broccoli.transport.mqtt.BrokerConnectionException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Logins, access rules and TLS, with a mosquitto that is set up for them. */
@Tag("brokers")
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class MosquittoSecurityTest {

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Certificates certificates;

    @BeforeAll
    static void certificates() {
        certificates = new Certificates(shared).issue("broker", "EC").issue("member", "RSA");
    }

    @BeforeEach
    void assumeInstalled() {
        Mosquitto.assumeInstalled();
    }

    @Test
    void aWrongPasswordIsSaidSo() throws Exception {
        try (BrokerProcess broker = withPasswords();
                Member right = member(broker, "ann", login("ann", "secret")).start(null);
                Member wrong = member(broker, "bob", login("ann", "guess")).start(null);
                Member nobody = member(broker, "cid", ConnectOptions.DEFAULTS).start(null)) {
            right.joined();
            assertRefused(wrong, "refused the login of user 'ann': not authorized, or a wrong password");
            assertRefused(
                    nobody, "refused the login of a member without user name: it wants a user name and a password");
            assertThat(wrong.firstDisconnection()).hasMessageContaining("127.0.0.1:" + broker.port());
        }
    }

    @Test
    void theLoginMayStandInTheUri() throws Exception {
        try (BrokerProcess broker = withPasswords();
                Member ann = new Member(
                        URI.create("mqtt://ann:secret@127.0.0.1:" + broker.port()),
                        "c",
                        "ann",
                        ConnectOptions.DEFAULTS)) {
            ann.start(null).joined();
        }
    }

    @Test
    void accessRulesCanVouchForTheSender() throws Exception {
        Path rules = folder.resolve("acl");
        Files.writeString(rules, """
                pattern write broccoli/+/i/+/%u
                pattern read broccoli/+/i/%u/#
                pattern readwrite broccoli/+/p/%u
                pattern read broccoli/+/p/+
                pattern readwrite broccoli/+/hello
                """);
        try (BrokerProcess broker = withPasswords("acl_file " + rules);
                Member ann = member(broker, "ann", login("ann", "secret")).start(null);
                Member liar = member(broker, "bob", login("ann", "secret")).start(null)) {
            // mosquitto may close the liar's connection instead of dropping its frame
            liar.joined()
                    .transport
                    .send("ann", Member.bytes("as bob"))
                    .onErrorResume(BrokerConnectionException.class, closed -> Mono.empty())
                    .block(Member.SOON);
            ann.joined().send(ann, "to myself");
            await().atMost(Member.SOON)
                    .untilAsserted(() -> assertThat(ann.frames).containsExactly("ann: to myself"));
        }
    }

    @Test
    void tlsIsSpokenWithWhomTheCertificatesAllow() {
        try (BrokerProcess broker = withTls("require_certificate true")) {
            broker.start();
            Tls both = new Tls(certificates.ca(), certificates.certificate("member"), certificates.key("member"));
            try (Member member = secure(broker, "member", both).start("gone");
                    Member bare = secure(broker, "bare", new Tls(certificates.ca(), null, null))
                            .start(null);
                    Member doubting = secure(broker, "doubting", new Tls(null, null, null))
                            .start(null);
                    Member plain =
                            member(broker, "plain", ConnectOptions.DEFAULTS).start(null)) {
                member.joined().send(member, "secret");
                await().atMost(Member.SOON)
                        .untilAsserted(() -> assertThat(member.frames).containsExactly("member: secret"));
                assertTls(bare, "certificate");
                assertTls(doubting, "unable to find valid certification path");
                assertThat(plain.firstDisconnection()).hasMessageContaining("does it want TLS?");
            }
        }
    }

    @Test
    void tlsWithTheBrokersCertificateAloneIsPossible() {
        try (BrokerProcess broker = withTls("require_certificate false")) {
            broker.start();
            try (Member a =
                    secure(broker, "a", new Tls(certificates.ca(), null, null)).start(null)) {
                a.joined().send(a, "secret");
                await().atMost(Member.SOON)
                        .untilAsserted(() -> assertThat(a.frames).containsExactly("a: secret"));
            }
        }
    }

    private static void assertRefused(Member member, String message) {
        assertThat(member.firstDisconnection())
                .hasMessageContaining(message)
                .extracting(each -> ((BrokerConnectionException) each).reason())
                .isEqualTo(Reason.REFUSED);
    }

    private static void assertTls(Member member, String message) {
        assertThat(member.firstDisconnection())
                .hasMessageStartingWith("TLS with broker 127.0.0.1:")
                .hasMessageContaining(message)
                .extracting(each -> ((BrokerConnectionException) each).reason())
                .isEqualTo(Reason.TLS);
    }

    private static BrokerProcess withTls(String setting) {
        return Mosquitto.prepare(
                "allow_anonymous true",
                "cafile " + certificates.ca(),
                "certfile " + certificates.certificate("broker"),
                "keyfile " + certificates.key("broker"),
                setting);
    }

    private static Member secure(BrokerProcess broker, String name, Tls tls) {
        return new Member(
                URI.create("mqtts://127.0.0.1:" + broker.port()), "c", name, ConnectOptions.DEFAULTS.withTls(tls));
    }

    private static Member member(BrokerProcess broker, String name, ConnectOptions options) {
        return new Member(URI.create("mqtt://127.0.0.1:" + broker.port()), "c", name, options);
    }

    private static ConnectOptions login(String name, String password) {
        return ConnectOptions.DEFAULTS.withCredentials(name, password);
    }

    private BrokerProcess withPasswords(String... more) throws IOException, GeneralSecurityException {
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, "ann:" + hashed("secret") + "\n");
        BrokerProcess broker = Mosquitto.prepare(
                Stream.concat(Stream.of("allow_anonymous false", "password_file " + passwords), Stream.of(more))
                        .toArray(String[]::new));
        broker.start();
        return broker;
    }

    /** As mosquitto_passwd does it. */
    private static String hashed(String password) throws GeneralSecurityException {
        byte[] salt = Member.bytes("twelve bytes");
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, 101, 512);
        byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(spec)
                .getEncoded();
        Base64.Encoder encoder = Base64.getEncoder();
        return "$7$101$" + encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
    }
}
