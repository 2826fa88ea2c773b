/**
 * The tasks that the nodes of the console application offer: {@link io.broccoli.examples.tasks.BuiltInTasks}. What they mean
 * by {@code +} and {@code *} is Python's ({@link io.broccoli.examples.tasks.Python}), so that a canvas gives the same on a
 * JVM node as on a board.
 */
@NullMarked
package io.broccoli.examples.tasks;

import org.jspecify.annotations.NullMarked;
