/**
 * The transport without a broker: members listen, find each other from the addresses of a few, and keep one connection
 * for each pair. {@link io.broccoli.transport.tcp.TcpTransportProvider} opens it for URIs such as
 * {@code tcp://192.0.2.7:7470}. A failure between two members is a
 * {@link io.broccoli.transport.tcp.TcpConnectionException}. Sending faster than a member reads ends with an
 * {@link io.broccoli.transport.tcp.OutboxFullException}.
 *
 * <p>Start reading at {@link io.broccoli.transport.tcp.Mesh}, which owns all connections of a member, on one event
 * loop. Its {@link io.broccoli.transport.tcp.Dialing} dials the {@link io.broccoli.transport.tcp.Targets}, with an
 * {@link io.broccoli.transport.tcp.Endpoint}. {@link io.broccoli.transport.tcp.Listening} accepts connections, which
 * are {@link io.broccoli.transport.tcp.Strangers} until they are authenticated. Each connection is a
 * {@link io.broccoli.transport.tcp.Link}. Messages are sent as {@link io.broccoli.transport.tcp.Delivery}s through an
 * {@link io.broccoli.transport.tcp.Outbox}, and received through a {@link io.broccoli.transport.tcp.FrameReader}. The
 * first messages are a {@link io.broccoli.transport.tcp.Handshake}, which determines the sender of all later frames.
 * {@link io.broccoli.transport.tcp.Kind} lists the kinds of messages. A {@link io.broccoli.transport.tcp.Peer} of the
 * {@link io.broccoli.transport.tcp.Roster} is what is known of a member, also without a connection.
 * {@link io.broccoli.transport.tcp.Hearing} is the only path to the receiver.
 */
@NullMarked
package io.broccoli.transport.tcp;

import org.jspecify.annotations.NullMarked;
