/**
 * A cluster as its user sees it: {@link io.broccoli.cluster.Cluster} connects, tells who is there and sends streams of elements
 * to nodes. What one element does on the cluster is a {@link io.broccoli.cluster.Plan}; the canvas operators are such plans.
 */
@NullMarked
package io.broccoli.cluster;

import org.jspecify.annotations.NullMarked;
