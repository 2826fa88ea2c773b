package io.broccoli.internal.network;

import io.broccoli.spi.Transport;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A transport over several networks at once. Each frame is sent over one network: the first in their order that is
 * connected, has the peer, and delivers its answers. If that fails, the next one is used. Frames lost with a network
 * are resent by the credit protocol, over another network.
 *
 * <p>The member is connected while one of its networks is. A peer is gone when it is gone from all connected networks.
 * A presence arrives once from each network. Closing this transport closes its networks.
 */
public final class ManyTransport implements Transport {

    /** A member says hello on each network. A hello from another network within this time is the same hello. */
    private static final long SAME_HELLO = TimeUnit.MILLISECONDS.toNanos(100);

    /** A member is on at most so many networks. */
    public static final int MOST = 16;

    private final List<Transport> networks;
    private final Predicate<byte[]> gone;
    private final Predicate<byte[]> relayed;
    private final LongSupplier nanoTime;
    private final Routes routes;
    private final Funnel funnel = new Funnel();
    private final int maxFrame;

    // guarded by this
    private byte @Nullable [] latest;
    private Sinks.Empty<Void> acknowledged = Sinks.empty();
    private boolean closed;

    // in the funnel
    private boolean up;
    private int lastHello = -1;
    private long lastHelloAt;

    /**
     * Creates a transport that is not started.
     *
     * @param networks transports that are not started, the preferred one first; use the same order for all members
     * @param gone whether a presence that is not empty says that its member is gone
     * @param relayed whether a presence says that its member is on another network and is reached through a
     *     relay
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public ManyTransport(
            List<? extends Transport> networks,
            Predicate<byte[]> gone,
            Predicate<byte[]> relayed,
            LongSupplier nanoTime) {
        if (networks.isEmpty() || networks.size() > MOST) {
            throw new IllegalArgumentException(networks.size() + " networks; 1 to " + MOST + " can be used");
        }
        this.networks = List.copyOf(networks);
        this.gone = gone;
        this.relayed = relayed;
        this.nanoTime = nanoTime;
        routes = new Routes(networks.size(), nanoTime);
        maxFrame = this.networks.stream().mapToInt(Transport::maxFrame).min().orElseThrow();
    }

    @Override
    public void start(byte @Nullable [] will, Receiver receiver) {
        for (int i = 0; i < networks.size(); i++) {
            networks.get(i).start(will, new One(i, receiver));
        }
    }

    @Override
    public Mono<Void> send(String to, byte[] frame) {
        if (frame.length > maxFrame) {
            return Mono.error(new IllegalArgumentException(
                    "a frame of " + frame.length + " bytes to '" + to + "'; at most " + maxFrame + " can be carried"));
        }
        return Mono.defer(() -> send(to, frame, routes.order(to), 0));
    }

    private Mono<Void> send(String to, byte[] frame, int[] order, int turn) {
        Mono<Void> sent = networks.get(order[turn]).send(to, frame);
        return turn + 1 < order.length && routes.isConnected(order[turn + 1])
                ? sent.onErrorResume(failed -> send(to, frame, order, turn + 1))
                : sent;
    }

    /**
     * Announces on all connected networks, and on each other network when it connects. Completes with the first
     * acknowledgement.
     */
    @Override
    public Mono<Void> announce(byte[] status) {
        return Mono.defer(() -> {
            Mono<Void> first;
            synchronized (this) {
                if (closed) {
                    return Mono.error(new IllegalStateException("the transport is closed"));
                }
                latest = status;
                first = acknowledged.asMono();
            }
            for (int i = 0; i < networks.size(); i++) {
                announce(i);
            }
            return first;
        });
    }

    /** Repeats until the newest announcement is the last one sent on this network, also if another thread announces. */
    private void announce(int network) {
        byte[] said = null;
        while (routes.isConnected(network)) {
            byte[] status;
            Sinks.Empty<Void> waiting;
            synchronized (this) {
                status = latest;
                waiting = acknowledged;
            }
            if (status == null || status == said) {
                return;
            }
            said = status;
            // an announcement that fails is repeated with the next connection
            networks.get(network).announce(status).subscribe(null, failed -> {}, () -> acknowledge(waiting));
        }
    }

    private void acknowledge(Sinks.Empty<Void> waiting) {
        synchronized (this) {
            if (acknowledged == waiting) {
                acknowledged = Sinks.empty();
            }
        }
        waiting.tryEmitEmpty(); // another network may have been faster
    }

    @Override
    public Mono<Void> hello() {
        return Flux.range(0, networks.size())
                .filter(routes::isConnected)
                .defaultIfEmpty(0) // says why not
                .flatMapDelayError(i -> networks.get(i).hello(), networks.size(), networks.size())
                .then();
    }

    @Override
    public Mono<Void> close(boolean forget) {
        return Mono.defer(() -> {
            funnel.close();
            Sinks.Empty<Void> waiting;
            synchronized (this) {
                closed = true;
                waiting = acknowledged;
            }
            waiting.tryEmitError(new IllegalStateException("the transport was closed"));
            return Flux.fromIterable(networks)
                    .flatMapDelayError(each -> each.close(forget), networks.size(), networks.size())
                    .then();
        });
    }

    @Override
    public int[] networksOf(String member) {
        return routes.of(member);
    }

    /** Of the network that frames to it use. */
    @Override
    public String requirements(String member) {
        int[] used = routes.of(member);
        return used.length == 0 ? "" : networks.get(used[0]).requirements(member);
    }

    /** Of the network that frames to it use. */
    @Override
    public String requirementsTo(String member) {
        int[] used = routes.of(member);
        return used.length == 0 ? "" : networks.get(used[0]).requirementsTo(member);
    }

    @Override
    public int maxFrame() {
        return maxFrame;
    }

    /** How many of the networks are connected. */
    int standing() {
        return routes.standing();
    }

    @Override
    public String toString() {
        return "ManyTransport" + networks;
    }

    /** Receives the events of one network. */
    private final class One implements Receiver {
        private final int network;
        private final Receiver receiver;

        One(int network, Receiver receiver) {
            this.network = network;
            this.receiver = receiver;
        }

        @Override
        public void frame(String from, byte[] frame) {
            routes.heard(network, from);
            funnel.frame(() -> receiver.frame(from, frame));
        }

        @Override
        public boolean isFull() {
            return funnel.isFull() || receiver.isFull();
        }

        /**
         * Reports a peer as gone only if it is on no other network, and the presence of a relay only if the peer has
         * none of its own.
         */
        @Override
        public void presence(String member, byte[] status) {
            boolean present = status.length > 0 && !gone.test(status);
            boolean ofRelay = relayed.test(status);
            boolean somewhere = routes.presence(network, member, present, ofRelay);
            if (present ? !ofRelay || !routes.isItself(member) : !somewhere) {
                funnel.latest(member, () -> receiver.presence(member, status));
            }
        }

        @Override
        public void hello() {
            funnel.frame(
                    () -> { // whoever asks for announcements, asks again
                        long now = nanoTime.getAsLong();
                        if (lastHello < 0 || lastHello == network || now - lastHelloAt > SAME_HELLO) {
                            lastHello = network;
                            lastHelloAt = now;
                            receiver.hello();
                        }
                    });
        }

        @Override
        public void connected() {
            routes.connected(network);
            funnel.call(() -> {
                if (!up && routes.standing() > 0) {
                    up = true;
                    receiver.connected();
                }
            });
            announce(network);
        }

        @Override
        public void disconnected(Throwable cause) {
            boolean lost = routes.disconnected(network);
            funnel.call(() -> {
                if (routes.standing() == 0) {
                    up = false;
                    receiver.disconnected(cause);
                } else if (lost) {
                    receiver.networkLost(cause);
                }
            });
        }
    }
}
