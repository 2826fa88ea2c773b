/**
 * The client side of a cluster. {@link io.broccoli.cluster.Cluster} connects, lists the nodes and sends streams of
 * elements to them. A {@link io.broccoli.cluster.Plan} defines what happens for each element; the canvas operators are
 * such plans.
 */
@NullMarked
package io.broccoli.cluster;

import org.jspecify.annotations.NullMarked;
