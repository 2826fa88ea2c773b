package io.broccoli.internal.member;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.spi.Transport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A member's transport as long as its process lives; what it sends shows in the trace. */
record ProcessTransport(SimWorld world, String member, Clockwork.Process process, Transport transport)
        implements Transport {

    @Override
    public void start(byte @Nullable [] will, Receiver receiver) {
        transport.start(will, new WhileAlive(world, member, process, receiver));
    }

    @Override
    public Mono<Void> send(String to, byte[] frame) {
        if (world.tracing) {
            world.trace(member, "->", to, world.frames.decode(frame));
        }
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
        return transport.close(forget);
    }

    @Override
    public int maxFrame() {
        return transport.maxFrame();
    }

    private record WhileAlive(SimWorld world, String member, Clockwork.Process process, Receiver receiver)
            implements Receiver {

        private void ifAlive(Runnable action) {
            if (!process.isDead()) {
                action.run();
            }
        }

        @Override
        public void frame(String from, byte[] frame) {
            ifAlive(() -> receiver.frame(from, frame));
        }

        @Override
        public void presence(String of, byte[] status) {
            ifAlive(() -> {
                if (of.equals(member) && status.length > 0) {
                    noteOwn(status);
                }
                receiver.presence(of, status);
            });
        }

        private void noteOwn(byte[] bytes) {
            if (world.frames.decode(bytes) instanceof Frame.Status status && status.state() == MemberState.GONE) {
                for (SimNode node : world.nodes) {
                    if (node.name.equals(member)) {
                        node.toldGone(process, status.bootEpoch());
                    }
                }
            }
        }

        @Override
        public void hello() {
            ifAlive(receiver::hello);
        }

        @Override
        public void connected() {
            ifAlive(receiver::connected);
        }

        @Override
        public void disconnected(Throwable cause) {
            ifAlive(() -> receiver.disconnected(cause));
        }
    }
}
