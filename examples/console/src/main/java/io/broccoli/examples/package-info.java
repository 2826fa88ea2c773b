/**
 * The console application. {@link io.broccoli.examples.Broccoli} is its entry, with a class for each command:
 * {@link io.broccoli.examples.QuickstartCommand}, {@link io.broccoli.examples.RunCommand},
 * {@link io.broccoli.examples.BrokerCommand}, {@link io.broccoli.examples.NodeCommand},
 * {@link io.broccoli.examples.NodesCommand}. What they share: {@link io.broccoli.examples.NetworkOptions} and
 * {@link io.broccoli.examples.Session}, a member of the cluster that leaves nothing behind.
 */
@NullMarked
package io.broccoli.examples;

import org.jspecify.annotations.NullMarked;
