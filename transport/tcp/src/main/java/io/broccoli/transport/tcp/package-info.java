/**
 * The transport without a broker: members listen, find each other from the addresses of a few, and keep one connection for each
 * pair. {@link io.broccoli.transport.tcp.TcpTransportProvider} opens it for URIs such as {@code tcp://192.0.2.7:7470}. What goes
 * wrong between two members is a {@link io.broccoli.transport.tcp.TcpConnectionException}; sending faster than a member takes is an
 * {@link io.broccoli.transport.tcp.OutboxFullException}.
 */
@NullMarked
package io.broccoli.transport.tcp;

import org.jspecify.annotations.NullMarked;
