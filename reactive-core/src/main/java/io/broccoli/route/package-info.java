/**
 * Routing: a {@link io.broccoli.route.Router} maps each element to a {@link io.broccoli.route.Route}, the nodes that it
 * may go to.
 */
@NullMarked
package io.broccoli.route;

import org.jspecify.annotations.NullMarked;
