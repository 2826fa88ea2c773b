package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.NatsServer;
import io.broccoli.transport.mqtt.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("brokers")
@SuppressWarnings("NullAway.Init") // JUnit calls start
class LockedNatsTest extends LockedBrokerContract {

    private static final String USERS = "nats-users.conf";

    private static NatsServer broker;

    @BeforeAll
    static void start() {
        NatsServer.assumeInstalled();
        issueCertificates();
        broker = NatsServer.locked(LockedNatsTest::configuration);
        allow(users());
        broker.start();
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    private static String configuration(int port) {
        return read("nats.conf")
                .replace("127.0.0.1:4222", "127.0.0.1:" + Ports.free())
                .replace("0.0.0.0:8883", "127.0.0.1:" + port)
                .replace("broker.pem", certificates.certificate("broker").toString())
                .replace("broker.key", certificates.key("broker").toString());
    }

    private static String read(String file) {
        try {
            return Files.readString(FILES.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Mallory has what ann has. */
    private static String users() {
        String users = read(USERS);
        String ann = users.substring(users.lastIndexOf("  {\n    user:"), users.lastIndexOf("]"));
        return users.substring(0, users.lastIndexOf("]")) + ann.replace("ann", "mallory") + "]\n";
    }

    private static void allow(String users) {
        try {
            Files.writeString(broker.folder().resolve(USERS), users);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    BrokerProcess broker() {
        return broker;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            publish   | broccoli.*.i.*.ann | MISSING  send and receive frames
            publish   | broccoli.*.p.ann   | MISSING  announce itself
            publish   | broccoli.*.hello   | MISSING  ask who is there
            subscribe | broccoli.*.i.ann   | MISSING  log in and subscribe
            subscribe | broccoli.*.i.ann.> | MISSING  log in and subscribe
            subscribe | broccoli.*.p.*     | MISSING  log in and subscribe
            subscribe | broccoli.*.hello   | MISSING  log in and subscribe
            """)
    void eachRuleIsNeeded(String list, String rule, String told) {
        String users = users();
        int ann = users.indexOf("user: \"ann\"");
        int at = users.indexOf("\"" + rule + "\"", users.indexOf(list, ann));
        assertThat(at).isPositive();
        try {
            restart(users.substring(0, at) + users.substring(at + rule.length() + 2));
            assertTold("ann", told);
        } finally {
            restart(users);
        }
    }

    private static void restart(String users) {
        broker.stop();
        allow(users);
        broker.start();
    }
}
