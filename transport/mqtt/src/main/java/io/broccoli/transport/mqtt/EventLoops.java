package io.broccoli.transport.mqtt;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.NonBlocking;

/**
 * The threads of all MQTT transports of this process: a few event loops, dealt to the transports in turn. The HiveMQ client counts
 * the users of an executor: the first makes the loops, with the last they end.
 */
final class EventLoops implements Executor {

    static final EventLoops SHARED = new EventLoops();

    /** An event loop carries some 100,000 frames a second: more threads than that only contend with the ones that do the work. */
    static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

    private final AtomicInteger started = new AtomicInteger();

    private EventLoops() {}

    /** Called once for each loop, when it is used first. */
    @Override
    public void execute(Runnable loop) {
        EventLoopThread thread = new EventLoopThread(loop, "broccoli-mqtt-" + started.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }

    /** Reactor refuses to block on it. Netty's buffers want its own kind of thread. */
    private static final class EventLoopThread extends FastThreadLocalThread implements NonBlocking {
        EventLoopThread(Runnable loop, String name) {
            super(loop, name);
        }
    }
}
