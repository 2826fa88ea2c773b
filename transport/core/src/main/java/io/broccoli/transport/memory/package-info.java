/**
 * A transport within one process, and the faults that a real network has. {@link io.broccoli.transport.memory.MemoryNetwork} is the
 * entry type for tests: it opens transports, cuts, divides and counts. {@code memory:} URIs find their network by
 * {@link io.broccoli.transport.memory.MemoryTransportProvider}.
 *
 * <p>The way of a frame: {@code MemoryTransport} hands it to the network, which finds the receiver in the {@code Room} of the
 * cluster; {@code Passage} asks the {@link io.broccoli.transport.memory.FaultPlan} what becomes of it; each copy that is left goes, at
 * its time, to the {@code Inbox} of the receiver, which hands one thing after the other to it, on a thread of the scheduler.
 */
@NullMarked
package io.broccoli.transport.memory;

import org.jspecify.annotations.NullMarked;
