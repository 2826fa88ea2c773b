/**
 * Tasks as values. On the caller's side, {@link io.broccoli.task.Task} names a function,
 * {@link io.broccoli.task.Signature} describes work (a call, or a chain, group, chord ... of signatures),
 * {@link io.broccoli.task.Work} is the part of it that one node runs as one task, and
 * {@link io.broccoli.task.TaskOutcome} is its outcome. On the node's side, a {@link io.broccoli.task.TaskRegistry}
 * holds {@link io.broccoli.task.TaskHandler}s with their parameters.
 */
@NullMarked
package io.broccoli.task;

import org.jspecify.annotations.NullMarked;
