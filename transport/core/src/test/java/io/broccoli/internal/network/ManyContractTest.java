package io.broccoli.internal.network;

import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.contract.TransportContract;
import io.broccoli.transport.memory.MemoryNetwork;

/** A member on two networks is a member like any other. */
class ManyContractTest extends TransportContract {

    private final ManyTestNetwork network = new ManyTestNetwork(
            new MemoryNetwork(), new MemoryNetwork(), new TestNetwork.Promises(true, true, false, ""));

    @Override
    protected TestNetwork network() {
        return network;
    }
}
