package io.broccoli.transport.broker;

import io.broccoli.spi.Transport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A transport to a broker of this process, which it holds until it is closed. */
final class EmbeddedTransport implements Transport {

    private final Transport transport;
    private final SharedBroker.Lease lease;

    EmbeddedTransport(Transport transport, SharedBroker.Lease lease) {
        this.transport = transport;
        this.lease = lease;
    }

    @Override
    public void start(byte @Nullable [] will, Receiver receiver) {
        transport.start(will, receiver);
    }

    @Override
    public Mono<Void> send(String to, byte[] frame) {
        return transport.send(to, frame);
    }

    @Override
    public Mono<Void> announce(byte[] status) {
        return transport.announce(status);
    }

    @Override
    public Mono<Void> hello() {
        return transport.hello();
    }

    /** Stopping the broker blocks for a moment. */
    @Override
    public Mono<Void> close(boolean forget) {
        Mono<Void> release = Mono.<Void>fromRunnable(lease::close).subscribeOn(Schedulers.boundedElastic());
        return transport.close(forget).then(release);
    }

    @Override
    public String requirements(String member) {
        return transport.requirements(member);
    }

    @Override
    public String requirementsTo(String member) {
        return transport.requirementsTo(member);
    }

    @Override
    public int maxFrame() {
        return transport.maxFrame();
    }
}
