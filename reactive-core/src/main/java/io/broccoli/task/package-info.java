/**
 * Work as values, on both sides. The caller's: {@link io.broccoli.task.Task} names a function,
 * {@link io.broccoli.task.Signature} describes work (a call, or a chain, group, chord ... of such),
 * {@link io.broccoli.task.Work} is the part of it that one node runs as one task, {@link io.broccoli.task.TaskOutcome} what
 * came of it. The node's: a {@link io.broccoli.task.TaskRegistry} of {@link io.broccoli.task.TaskHandler}s with their parameters.
 */
@NullMarked
package io.broccoli.task;

import org.jspecify.annotations.NullMarked;
