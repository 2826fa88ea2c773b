/**
 * The transport without a broker: members listen, find each other from the addresses of a few, and keep one connection for each
 * pair. {@link io.broccoli.transport.tcp.TcpTransportProvider} opens it for URIs such as {@code tcp://192.0.2.7:7470}. What goes
 * wrong between two members is a {@link io.broccoli.transport.tcp.TcpConnectionException}; sending faster than a member takes is an
 * {@link io.broccoli.transport.tcp.OutboxFullException}.
 *
 * <p>Begin at {@link io.broccoli.transport.tcp.Mesh}, which has all connections of a member, on one event loop. Its
 * {@link io.broccoli.transport.tcp.Dialing} dials whom {@link io.broccoli.transport.tcp.Targets} name, by an
 * {@link io.broccoli.transport.tcp.Endpoint}; {@link io.broccoli.transport.tcp.Listening} lets others in, who are
 * {@link io.broccoli.transport.tcp.Strangers} at first. Each connection is a {@link io.broccoli.transport.tcp.Link}: messages go out as
 * {@link io.broccoli.transport.tcp.Delivery}s through an {@link io.broccoli.transport.tcp.Outbox} and come in through a
 * {@link io.broccoli.transport.tcp.FrameReader}; the first of them are a {@link io.broccoli.transport.tcp.Handshake}, after which the
 * sender of a frame is who the connection belongs to. {@link io.broccoli.transport.tcp.Kind} lists what messages there are; what is
 * remembered of the member at the other end, while there is no connection too, is a {@link io.broccoli.transport.tcp.Peer}, of the
 * {@link io.broccoli.transport.tcp.Roster}. {@link io.broccoli.transport.tcp.Hearing} is the only way to the receiver.
 */
@NullMarked
package io.broccoli.transport.tcp;

import org.jspecify.annotations.NullMarked;
