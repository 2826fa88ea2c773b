package io.broccoli.transport.tcp;

import io.broccoli.spi.Transport.Receiver;
import reactor.util.Logger;
import reactor.util.Loggers;

/** A receiver that may throw: that does no harm, and is said. */
final class Hearing {

    private static final Logger LOG = Loggers.getLogger(TcpTransport.class);

    static final Hearing NOBODY = new Hearing("", new Receiver() {
        @Override
        public void frame(String from, byte[] frame) {}

        @Override
        public void presence(String member, byte[] status) {}

        @Override
        public void hello() {}

        @Override
        public void connected() {}

        @Override
        public void disconnected(Throwable cause) {}
    });

    private final String name;
    private final Receiver receiver;

    Hearing(String name, Receiver receiver) {
        this.name = name;
        this.receiver = receiver;
    }

    boolean isFull() {
        return receiver.isFull();
    }

    void frame(String from, byte[] frame) {
        try {
            receiver.frame(from, frame);
        } catch (RuntimeException e) {
            threw(e);
        }
    }

    void presence(String member, byte[] status) {
        guarded(() -> receiver.presence(member, status));
    }

    void hello() {
        guarded(receiver::hello);
    }

    void connected() {
        guarded(receiver::connected);
    }

    void disconnected(Throwable cause) {
        guarded(() -> receiver.disconnected(cause));
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            threw(e);
        }
    }

    private void threw(RuntimeException e) {
        LOG.error("the receiver of " + name + " must not throw", e);
    }
}
