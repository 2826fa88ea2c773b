package io.broccoli.transport.tcp;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** A greeting needs a number that nobody can guess, for which the JDK reads /dev/urandom: a read of a file that never waits. */
public final class RandomBytes implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully");
    }
}
