package io.broccoli.transport.contract;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * What BlockHound takes for blocking, and is not. TLS and greetings need numbers that nobody can guess, for which the JDK reads
 * /dev/urandom: a read of a file that never waits. And where event loops got into each other's way, Netty's allocator takes back a magazine once
 * the other one has its buffer out of it: Netty lists its other locks of that kind, but not this one. The same is true of the lock of
 * Reactor's scheduler where a timer is cancelled: Reactor lists it where one is set; of an executor that was shut down, which describes
 * itself in its refusal; and of the queue in which the TCK's own subscriber keeps what it got while the test takes from it.
 */
public final class NoBlocking implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully")
                .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
                .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "toString")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Receptacle", "add")
                .allowBlockingCallsInside("org.reactivestreams.tck.TestEnvironment$Receptacle", "complete");
    }
}
