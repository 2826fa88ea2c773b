package io.broccoli.transport.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.tcp.SslProvider;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/** Makes connections and listens, all on one event loop; what comes of it is told there too. */
final class Endpoint {

    /** Below the first a link writes again, above the second it waits; in bytes. */
    private static final WriteBufferWaterMark WRITTEN_AHEAD = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    private static final int BACKLOG = 512;

    private final Loops.One loop;
    private final @Nullable Tls tls;
    private final Duration timeout;
    private final Scheduler scheduler;

    /** @param timeout of connecting, and of TLS */
    Endpoint(Loops.One loop, @Nullable Tls tls, Duration timeout) {
        this.loop = loop;
        this.tls = tls;
        this.timeout = timeout;
        this.scheduler = Schedulers.fromExecutor(loop.loop());
    }

    /** @param made what hears of a connection that stands */
    Mono<Connection> dial(Host host, Function<Channel, FrameReader.Sink> made) {
        return resolve(host)
                .<Connection>flatMap(address -> {
                    TcpClient client = TcpClient.newConnection()
                            .runOn(loop)
                            .resolver(NoopAddressResolverGroup.INSTANCE) // it is resolved already
                            .noProxy()
                            .remoteAddress(() -> address)
                            .option(ChannelOption.TCP_NODELAY, true)
                            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITTEN_AHEAD)
                            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                            .doOnConnected(connection -> install(connection, made));
                    if (tls != null) {
                        client = client.secure(secured(tls.dialing()));
                    }
                    return client.connect().map(connection -> connection);
                })
                .publishOn(scheduler);
    }

    /**
     * @param accepted hears of each connection at once
     * @param made what hears of one that stands, after TLS
     */
    Mono<DisposableServer> listen(Host host, Consumer<Channel> accepted, Function<Channel, FrameReader.Sink> made) {
        return resolve(host)
                .<DisposableServer>flatMap(address -> {
                    TcpServer server = TcpServer.create()
                            .runOn(loop)
                            .bindAddress(() -> address)
                            .option(ChannelOption.SO_BACKLOG, BACKLOG)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITTEN_AHEAD)
                            .doOnChannelInit((observer, channel, remote) -> accepted.accept(channel))
                            .doOnConnection(connection -> install(connection, made));
                    if (tls != null && tls.listening() != null) {
                        server = server.secure(secured(tls.listening()));
                    }
                    return server.bind().map(bound -> bound);
                })
                .publishOn(scheduler);
    }

    private SslProvider secured(SslContext context) {
        return SslProvider.builder()
                .sslContext(context)
                .handshakeTimeout(timeout)
                .closeNotifyFlushTimeout(Duration.ofSeconds(1))
                .build();
    }

    private static void install(Connection connection, Function<Channel, FrameReader.Sink> made) {
        Channel channel = connection.channel();
        channel.pipeline()
                .addBefore(NettyPipeline.ReactiveBridge, "broccoli-frames", new FrameReader(made.apply(channel)));
        channel.config().setAutoRead(true);
    }

    /** Looking up a name blocks, so it is done elsewhere; an address needs no looking up. */
    private static Mono<SocketAddress> resolve(Host host) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host.name());
        if (literal != null) {
            return Mono.fromCallable(
                    () -> new InetSocketAddress(InetAddress.getByAddress(host.name(), literal), host.port()));
        }
        return Mono.<SocketAddress>fromCallable(() -> {
                    InetSocketAddress address = new InetSocketAddress(host.name(), host.port());
                    if (address.isUnresolved()) {
                        throw new UnknownHostException(host.name());
                    }
                    return address;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }
}
