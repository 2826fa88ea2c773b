/**
 * What a task of a node sends to the cluster itself. To the producer, the call of its handler is the
 * {@link io.broccoli.internal.producer.Parent} of a stream; to the node, it is {@link io.broccoli.internal.node.SubTasks}: both are
 * {@code SubWork}. {@link io.broccoli.internal.nested.Nesting} decides which tasks may wait without a worker, and which sub-tasks run in
 * their parent's place, so that tasks never wait for each other for ever.
 */
@NullMarked
package io.broccoli.internal.nested;

import org.jspecify.annotations.NullMarked;
