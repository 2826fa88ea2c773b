package io.broccoli.transport.tcp;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;

/**
 * Where a member listens. Unless it was told where, that is the first address that the user named and that is free on this machine, or
 * else any free port; and when nobody listens at such an address any more, this member does so in addition, so that those who come find
 * somebody there. On the event loop.
 */
final class Listening {

    private static final Host NOWHERE = new Host("", 0);
    private static final String ANY = "0.0.0.0";

    private final TcpSettings settings;
    private final Endpoint endpoint;
    private final Consumer<Channel> accepted;
    private final Function<Channel, FrameReader.Sink> made;
    private final List<DisposableServer> servers = new ArrayList<>();
    private @Nullable Host seat;
    private boolean closed;
    private boolean trying;

    /**
     * @param accepted hears of each connection at once
     * @param made what hears of one that stands, after TLS
     */
    Listening(
            TcpSettings settings,
            Endpoint endpoint,
            Consumer<Channel> accepted,
            Function<Channel, FrameReader.Sink> made) {
        this.settings = settings;
        this.endpoint = endpoint;
        this.accepted = accepted;
        this.made = made;
    }

    /** The address that the user named and at which this member is found; null: none. */
    @Nullable Host seat() {
        return seat;
    }

    /** Completes when it listens, or shall not; errors with why it cannot. */
    Mono<Void> start() {
        Host told = settings.listen();
        if (!settings.listens()) {
            return Mono.empty();
        }
        if (told != null) {
            return listen(told).doOnSuccess(nothing -> seat = settings.seeds().contains(told) ? told : null);
        }
        Mono<Void> somewhere = Mono.defer(() -> listen(new Host(isLocal() ? "127.0.0.1" : ANY, 0)));
        for (int i = settings.seeds().size() - 1; i >= 0; i--) {
            Mono<Void> otherwise = somewhere;
            Host seed = settings.seeds().get(i);
            somewhere = listen(seed).doOnSuccess(nothing -> seat = seed).onErrorResume(e -> otherwise);
        }
        return somewhere;
    }

    /** Nobody answers at an address that the user named: tries to listen there. Completes when it does. */
    Mono<Void> takeSeat(Host seed) {
        if (closed || trying || seat != null || !settings.listens() || settings.listen() != null) {
            return Mono.error(new IllegalStateException("no seat wanted"));
        }
        trying = true;
        return listen(seed).doOnSuccess(nothing -> seat = seed).doFinally(end -> trying = false);
    }

    private boolean isLocal() {
        return settings.seeds().stream()
                .allMatch(each -> each.name().equals("localhost")
                        || each.name().startsWith("127.")
                        || each.name().equals("::1"));
    }

    private Mono<Void> listen(Host host) {
        return endpoint.listen(host, accepted, made)
                .doOnNext(server -> {
                    if (closed) {
                        server.dispose();
                    } else {
                        servers.add(server);
                    }
                })
                .then();
    }

    /** What others are told; with an empty name they take the address that they see. */
    Host advertised() {
        Host told = settings.advertise();
        if (servers.isEmpty()) {
            return told == null ? NOWHERE : told;
        }
        InetSocketAddress bound = (InetSocketAddress) servers.get(0).address();
        int port = told != null && told.port() != 0 ? told.port() : bound.getPort();
        if (told != null) {
            return new Host(told.name(), port);
        }
        InetAddress address = bound.getAddress();
        return new Host(address.isAnyLocalAddress() ? "" : address.getHostAddress(), port);
    }

    void close() {
        closed = true;
        servers.forEach(DisposableServer::dispose);
    }
}
