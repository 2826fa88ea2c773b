package io.broccoli.transport.mqtt;

import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.contract.TransportContract;
import java.util.Random;

/** What must hold over every broker where what is sent comes in pieces of any size, and late. */
public abstract class MqttPiecesContract extends TransportContract {

    private static final long SEED = Long.getLong("broccoli.seed", 20_261_128);

    private final Random pieces = new Random(SEED);

    /** A broker that runs, for all tests. */
    protected abstract BrokerProcess shared();

    @Override
    protected final TestNetwork network() {
        return new MqttTestNetwork(shared().port(), 0, this::closing, pieces);
    }
}
