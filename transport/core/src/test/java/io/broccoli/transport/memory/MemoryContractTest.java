package io.broccoli.transport.memory;

import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.contract.TransportContract;

class MemoryContractTest extends TransportContract {

    private final MemoryTestNetwork network =
            new MemoryTestNetwork(new MemoryNetwork(), new TestNetwork.Promises(true, true, false, ""));

    @Override
    protected TestNetwork network() {
        return network;
    }
}
