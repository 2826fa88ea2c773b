package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.transport.contract.Certificates;
import io.broccoli.transport.contract.TestNetwork;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** With TLS, and a secret. */
class TlsContractTest extends TcpContractTest {

    @TempDir
    static Path folder = Path.of(".");

    private static ConnectOptions options = ConnectOptions.DEFAULTS;

    private final TcpTestNetwork network = new TcpTestNetwork("tcps", options, null);

    @BeforeAll
    static void issue() {
        Certificates all = new Certificates(folder).issue("member", "EC");
        options = ConnectOptions.DEFAULTS
                .withTls(new Tls(all.ca(), all.certificate("member"), all.key("member")))
                .withSecret("s3cret");
    }

    @Override
    protected TestNetwork network() {
        return network;
    }
}
