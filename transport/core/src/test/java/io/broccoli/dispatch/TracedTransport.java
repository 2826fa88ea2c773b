package io.broccoli.dispatch;

import io.broccoli.spi.Transport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Tells what a member sends. */
record TracedTransport(SimWorld world, String member, Transport transport) implements Transport {

    @Override
    public void start(byte @Nullable [] will, Receiver receiver) {
        transport.start(will, receiver);
    }

    @Override
    public Mono<Void> send(String to, byte[] frame) {
        world.trace(member, "->", to, world.frames.decode(frame));
        return transport.send(to, frame);
    }

    @Override
    public Mono<Void> announce(byte[] status) {
        world.trace(member, "announces itself");
        return transport.announce(status);
    }

    @Override
    public Mono<Void> hello() {
        return transport.hello();
    }

    @Override
    public Mono<Void> close(boolean forget) {
        world.trace(member, "leaves");
        return transport.close(forget);
    }

    @Override
    public int maxFrame() {
        return transport.maxFrame();
    }
}
