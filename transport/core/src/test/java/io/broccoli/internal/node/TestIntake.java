package io.broccoli.internal.node;

import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.SerialExecutor;
import io.broccoli.internal.base.Wire;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.Carrier;
import io.broccoli.internal.boundary.Clock;
import io.broccoli.internal.boundary.Timers;
import io.broccoli.internal.boundary.WorkerThread;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.net.URI;
import reactor.core.scheduler.Schedulers;

/** Intakes of no node. */
final class TestIntake {

    private TestIntake() {}

    static Intake of(boolean counts, Runnable changed) {
        Timers timers = new Timers(Schedulers.immediate());
        SerialExecutor loop = new SerialExecutor(timers, () -> {});
        Boundary boundary = Boundary.of(new MessagePackPayloadCodec(), error -> {});
        Transport transport = new MemoryNetwork(Schedulers.immediate(), FaultPlan.NONE)
                .open(URI.create("memory:test"), "default", "node", ConnectOptions.DEFAULTS);
        Wire wire =
                new Wire(new Carrier(transport, boundary.guard()), new MessagePackFrameCodec(), loop, System::nanoTime);
        MemberContext context = new MemberContext("node", loop, timers, new Clock(System::nanoTime), boundary, wire, 1);
        return new Intake(context, WorkerThread.of(Schedulers.immediate()), counts, changed);
    }
}
