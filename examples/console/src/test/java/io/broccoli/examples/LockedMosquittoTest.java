package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.transport.mqtt.BrokerProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("brokers")
@SuppressWarnings("NullAway.Init") // JUnit calls start
class LockedMosquittoTest extends LockedBrokerContract {

    private static LockedMosquitto files;
    private static BrokerProcess broker;

    @BeforeAll
    static void start() throws Exception {
        issueCertificates();
        files = new LockedMosquitto(folder, certificates, "node-1", "ann", "mallory");
        broker = files.start();
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @Override
    BrokerProcess broker() {
        return broker;
    }

    @Override
    boolean clientIdsAreFree() {
        return false;
    }

    @Override
    String posingAsAnotherMember() {
        return "MISSING  announce itself";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            write broccoli/+/i/+/%u    | MISSING  send and receive frames
            read broccoli/+/i/%u/#     | MISSING  send and receive frames
            readwrite broccoli/+/p/%u  | MISSING  announce itself
            readwrite broccoli/+/hello | MISSING  ask who is there
            use_username_as_clientid   | OPEN     not so: the client id belongs to the user
            acl_file                   | OPEN     not so: frames of another name are not passed on
            """)
    void eachLineIsNeeded(String line, String told) throws Exception {
        try (BrokerProcess without = files.start(line)) {
            assertTold("ann", without, told);
        }
    }

    @Test
    void withoutPasswordsAnybodyIsAMember() throws Exception {
        try (BrokerProcess open = files.start("allow_anonymous", "use_username")) {
            assertThat(stranger(open)).contains("ok       log in");
        }
        assertThat(stranger(broker)).contains("MISSING  log in and subscribe", "it wants a user name");
    }

    /** At QoS 1 mosquitto says that it took what it drops. */
    @Test
    void aNodeWhoseAnswersAreDroppedNamesTheRule() throws Exception {
        List<String> rules = LockedMosquitto.rules("write broccoli/+/i/+/%u");
        List<String> own = new ArrayList<>(List.of("user ann", "topic write broccoli/+/i/+/ann", "user node-1"));
        own.add("topic write broccoli/+/i/node-1/node-1"); // and finds no fault
        own.addAll(rules);
        Cli.listening(log -> {
            try (BrokerProcess strict = files.start(own);
                    Cli.Running node = Cli.start(as("node-1", strict, "node", "--qos", "1"))) {
                Cli.Result sum = Cli.run(as("ann", strict, "run", "add.s(1, 2)"));
                assertThat(sum.err())
                        .contains(
                                "nothing ever came from it",
                                "'node-1' read it and write broccoli/default/i/ann/node-1");
                assertThat(log.get())
                        .containsPattern("Node node-1: 'ann' asked it \\d+ times, and heard none of the answers: the"
                                + " access rules of broker 127.0.0.1:\\d+ must let 'node-1' write"
                                + " broccoli/default/i/ann/node-1, and 'ann' read it;");
                assertThat(node.result()).isNotDone();
            }
        });
    }
}
