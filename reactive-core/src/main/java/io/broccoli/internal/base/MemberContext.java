package io.broccoli.internal.base;

import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.Clock;
import io.broccoli.internal.boundary.Timers;

/**
 * What all parts of one member have in common.
 *
 * @param member its name
 * @param loop its serial executor
 * @param timers what runs later, on its serial executor most often
 * @param clock nanoseconds; only differences count, and it may be below zero
 * @param boundary calls what users brought
 * @param wire sends its frames
 * @param maxBatch tasks, outcomes or items in one frame, at most
 */
public record MemberContext(
        String member, SerialExecutor loop, Timers timers, Clock clock, Boundary boundary, Wire wire, int maxBatch) {}
