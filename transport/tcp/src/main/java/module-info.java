/** The transport without a broker: {@code tcp:} and {@code tcps:}. */
// Reactor Netty has no module-info, but states its name in its manifest.
@SuppressWarnings("requires-automatic")
module io.broccoli.transport.tcp {
    requires transitive io.broccoli.core;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires java.naming;
    requires reactor.netty.core;
    requires static transitive org.jspecify;

    // For Reactor Netty: without a module-info it cannot require what it needs, and nobody else would.
    requires io.netty.resolver.dns;

    exports io.broccoli.transport.tcp;

    provides io.broccoli.spi.TransportProvider with
            io.broccoli.transport.tcp.TcpTransportProvider;
}
