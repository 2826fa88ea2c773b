package io.broccoli.transport.mqtt;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** The MQTT client makes its TLS context on its event loop, for which the JDK reads /dev/urandom: a read of a file that never waits. */
public final class RandomBytes implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully");
    }
}
