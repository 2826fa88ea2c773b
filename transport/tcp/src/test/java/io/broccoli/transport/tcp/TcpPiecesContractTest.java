package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.contract.TestNetwork;
import java.util.Random;

/** What is sent comes in pieces of any size, and late. */
class TcpPiecesContractTest extends TcpContractTest {

    private static final long SEED = Long.getLong("broccoli.seed", 20_261_128);

    private final TcpTestNetwork network = new TcpTestNetwork("tcp", ConnectOptions.DEFAULTS, new Random(SEED));

    @Override
    protected TestNetwork network() {
        return network;
    }
}
