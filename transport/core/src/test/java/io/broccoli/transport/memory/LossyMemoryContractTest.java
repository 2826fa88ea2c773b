package io.broccoli.transport.memory;

import io.broccoli.transport.contract.TestNetwork;
import io.broccoli.transport.contract.TransportContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The network loses, repeats, delays and reorders frames. */
class LossyMemoryContractTest extends TransportContract {

    private static final long SEED = 20_241_117;

    private final Scheduler scheduler = Schedulers.newParallel("lossy", 2, true);
    private final MemoryTestNetwork network = new MemoryTestNetwork(
            new MemoryNetwork(
                    scheduler,
                    FaultPlan.seeded(SEED)
                            .withLoss(0.2)
                            .withRepetition(0.1)
                            .withDelay(Duration.ZERO, Duration.ofMillis(3))),
            new TestNetwork.Promises(false, true, false, ""));

    @Override
    protected TestNetwork network() {
        return network;
    }

    @AfterEach
    void end() {
        scheduler.dispose();
    }
}
