package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.contract.TransportContract;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;

/** What is sent comes in pieces of any size, and late. */
class TcpPiecesContractTest extends TransportContract {

    static {
        Leaks.watch();
    }

    private static final long SEED = Long.getLong("broccoli.seed", 20_261_128);

    private final TcpTestNetwork network = new TcpTestNetwork("tcp", ConnectOptions.DEFAULTS, new Random(SEED));

    @Override
    protected TestNetwork network() {
        return network;
    }

    @AfterAll
    static void noBufferIsLeft() {
        Leaks.expectNone();
    }
}
