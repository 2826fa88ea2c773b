package io.broccoli.examples;

import io.broccoli.transport.broker.EmbeddedBroker;
import io.broccoli.transport.broker.UsersFile;
import io.broccoli.transport.contract.Certificates;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** With a file of users, TLS, and the rules of members. */
@Tag("brokers") // hundreds of logins, each of which costs some milliseconds
@SuppressWarnings("NullAway.Init") // JUnit fills the folder, and calls lock
class RedTeamEmbeddedTest extends RedTeamBrokerContract {

    @TempDir
    static Path folder;

    private Certificates certificates;
    private EmbeddedBroker broker;

    @Override
    void lock() throws Exception {
        certificates = new Certificates(folder).issue("broker", "EC");
        Path users = folder.resolve("passwords");
        for (String user : List.of(NODE, ANN, MALLORY)) {
            UsersFile.set(users, user, "secret-of-" + user);
        }
        broker = EmbeddedBroker.start(EmbeddedBroker.Options.DEFAULTS
                .withTls(certificates.certificate("broker"), certificates.key("broker"))
                .withUsers(users));
    }

    @Override
    void unlock() {
        if (broker != null) {
            broker.close();
        }
    }

    @Override
    int port() {
        return broker.uri().getPort();
    }

    @Override
    Path ca() {
        return certificates.ca();
    }
}
