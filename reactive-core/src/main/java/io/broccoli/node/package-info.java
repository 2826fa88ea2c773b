/** The node side of a cluster: {@link io.broccoli.node.Node} starts, observes and stops a node. */
@NullMarked
package io.broccoli.node;

import org.jspecify.annotations.NullMarked;
