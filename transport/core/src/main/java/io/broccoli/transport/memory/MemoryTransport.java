package io.broccoli.transport.memory;

import io.broccoli.spi.Transport;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A member's end of a {@link MemoryNetwork}. Its state belongs to the network, which guards it by its lock. */
final class MemoryTransport implements Transport {
    final String cluster;
    final String member;
    private final MemoryNetwork network;
    private final Inbox inbox;
    private final int maxFrame;

    // set once, by start
    private @Nullable Receiver receiver;
    private byte @Nullable [] will;

    // guarded by the network
    private byte @Nullable [] unannounced;
    private Sinks.Empty<Void> announced = Sinks.empty();
    boolean closed;

    /** Counts connections; negative while there is none. What was on its way to an earlier one is lost. */
    private volatile int connection = -1;

    MemoryTransport(MemoryNetwork network, String cluster, String member, Inbox inbox, int maxFrame) {
        this.network = network;
        this.cluster = cluster;
        this.member = member;
        this.inbox = inbox;
        this.maxFrame = maxFrame;
    }

    @Override
    public void start(byte @Nullable [] will, Receiver receiver) {
        if (this.receiver != null) {
            throw new IllegalStateException(member + " was started before");
        }
        this.will = will == null ? null : will.clone();
        this.receiver = receiver;
        network.enter(this);
    }

    @Override
    public Mono<Void> send(String to, byte[] frame) {
        return Mono.fromRunnable(() -> network.carry(this, to, frame));
    }

    @Override
    public Mono<Void> announce(byte[] status) {
        return Mono.defer(() -> network.announce(this, status.clone()));
    }

    @Override
    public Mono<Void> hello() {
        return Mono.fromRunnable(() -> network.hello(this));
    }

    @Override
    public Mono<Void> close(boolean forget) {
        return Mono.fromRunnable(() -> network.leave(this, forget));
    }

    @Override
    public int maxFrame() {
        return maxFrame;
    }

    int connection() {
        return connection;
    }

    boolean isConnected() {
        return connection >= 0;
    }

    byte @Nullable [] will() {
        return will;
    }

    void connect() {
        connection = -connection;
        inbox.add(() -> receiver().connected());
    }

    void disconnect(String why) {
        lose();
        inbox.add(() -> receiver().disconnected(new IOException(why)));
    }

    /** No callback comes any more. */
    void close() {
        closed = true;
        lose();
        inbox.close();
        announced.tryEmitEmpty();
    }

    boolean frame(String from, byte[] frame) {
        return inbox.offerFrame(() -> receiver().frame(from, frame));
    }

    void presence(String of, byte[] status) {
        inbox.add(() -> receiver().presence(of, status.clone()));
    }

    void helloFrom() {
        inbox.add(() -> receiver().hello());
    }

    /** Keeps an announcement until there is a connection. */
    Mono<Void> later(byte[] status) {
        unannounced = status;
        return announced.asMono();
    }

    byte @Nullable [] takeUnannounced() {
        byte[] status = unannounced;
        unannounced = null;
        return status;
    }

    void announcedNow() {
        announced.tryEmitEmpty();
        announced = Sinks.empty();
    }

    private void lose() {
        if (connection >= 0) {
            connection = -(connection + 1);
        }
    }

    private Receiver receiver() {
        Receiver started = receiver;
        if (started == null) {
            throw new IllegalStateException(member + " was not started");
        }
        return started;
    }
}
