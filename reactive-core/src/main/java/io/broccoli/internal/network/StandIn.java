package io.broccoli.internal.network;

import io.broccoli.spi.Transport;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** A member that is elsewhere, on a network on which it is not: a connection in its name, for what is sent to it and what it sends. */
public final class StandIn implements Transport.Receiver {

    /** Frames that wait for the connection; more are dropped. */
    static final int MOST_WAITING = 64;

    /** Who makes use of it. */
    public interface Owner {
        /** A member of the network sent something. */
        void frame(StandIn to, String from, byte[] frame);

        /** Its connection was lost, perhaps to the member itself. */
        void lost(StandIn standIn);

        /** It could not connect at its first attempt, and tries again. */
        void refused(StandIn standIn, Throwable cause);
    }

    private record Waiting(String to, byte[] frame) {}

    public final String member;
    public final RelaySide on;
    /** Where the member is. */
    public final RelaySide home;
    /** Of the presence that it began with; none of a client. */
    public final long bootEpoch;

    private final Transport transport;
    private final Owner owner;
    private final LongAdder dropped;
    private final Queue<Waiting> early = new ArrayDeque<>(); // guarded by itself
    private volatile boolean connected;
    private volatile boolean tried;
    private volatile boolean used;
    private volatile byte @Nullable [] announced;
    public volatile boolean leaving; // changed under the owner's lock

    public StandIn(
            String member,
            RelaySide on,
            RelaySide home,
            long bootEpoch,
            Transport transport,
            Owner owner,
            LongAdder dropped) {
        this.member = member;
        this.on = on;
        this.home = home;
        this.bootEpoch = bootEpoch;
        this.transport = transport;
        this.owner = owner;
        this.dropped = dropped;
    }

    /** @param will what is left when the relay dies; null for a client */
    public void start(byte @Nullable [] will) {
        transport.start(will, this);
    }

    public void announce(byte[] status) {
        if (!Arrays.equals(announced, status)) {
            announced = status;
            transport.announce(status).subscribe(null, closed -> {});
        }
    }

    /** Sends what the member sent. */
    public void send(String to, byte[] frame) {
        if (!used) {
            used = true;
        }
        if (!connected) {
            synchronized (early) {
                if (!connected) {
                    if (early.size() >= MOST_WAITING || !early.add(new Waiting(to, frame))) {
                        dropped.increment();
                    }
                    return;
                }
            }
        }
        transport.send(to, frame).subscribe(new Sent(dropped));
    }

    /** Whether the member sent anything since this was last asked. */
    public boolean takeUsed() {
        boolean before = used;
        used = false;
        return before;
    }

    /** Takes its presence away, too. */
    public Mono<Void> close() {
        return transport.close(true);
    }

    // ---- what the network brings

    @Override
    public void frame(String from, byte[] frame) {
        owner.frame(this, from, frame);
    }

    /** The network's own member hears of them. */
    @Override
    public void presence(String member, byte[] status) {}

    @Override
    public void hello() {
        byte[] status = announced;
        if (status != null) {
            transport.announce(status).subscribe(null, closed -> {});
        }
    }

    @Override
    public void connected() {
        synchronized (early) {
            for (Waiting each = early.poll(); each != null; each = early.poll()) {
                transport.send(each.to(), each.frame()).subscribe(new Sent(dropped));
            }
            connected = true;
            tried = true;
        }
    }

    @Override
    public void disconnected(Throwable cause) {
        boolean before = connected;
        connected = false;
        if (before) {
            owner.lost(this);
        } else if (!tried) {
            tried = true;
            owner.refused(this, cause);
        }
    }

    private record Sent(LongAdder dropped) implements CoreSubscriber<Void> {

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Void nothing) {}

        @Override
        public void onError(Throwable failed) {
            dropped.increment();
        }

        @Override
        public void onComplete() {}
    }
}
