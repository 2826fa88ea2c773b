/** {@link io.broccoli.node.Node}: a bounded queue with workers, as its owner starts, watches and stops it. */
@NullMarked
package io.broccoli.node;

import org.jspecify.annotations.NullMarked;
