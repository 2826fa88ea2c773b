package io.broccoli.transport.tcp;

import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.contract.TransportContract;
import org.junit.jupiter.api.AfterAll;

class TcpContractTest extends TransportContract {

    static {
        Leaks.watch();
    }

    private final TcpTestNetwork network = new TcpTestNetwork();

    @Override
    protected TestNetwork network() {
        return network;
    }

    @AfterAll
    static void noBufferIsLeft() {
        Leaks.expectNone();
    }
}
