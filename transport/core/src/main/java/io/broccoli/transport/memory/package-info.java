/**
 * A transport within one process, with the faults of a real network. {@link io.broccoli.transport.memory.MemoryNetwork}
 * is the entry type for tests: it opens transports, cuts connections, divides members and counts frames.
 * {@link io.broccoli.transport.memory.MemoryTransportProvider} finds the network of a {@code memory:} URI.
 *
 * <p>How a frame is delivered: {@code MemoryTransport} passes it to the network, which finds the receiver in the
 * {@code Room} of the cluster. {@code Passage} applies the {@link io.broccoli.transport.memory.FaultPlan}. Each
 * remaining copy is delivered at its time to the {@code Inbox} of the receiver, which passes on one message after
 * another, on a thread of the scheduler.
 */
@NullMarked
package io.broccoli.transport.memory;

import org.jspecify.annotations.NullMarked;
