/** Which nodes an element may go to: a {@link io.broccoli.route.Router} gives each element its {@link io.broccoli.route.Route}. */
@NullMarked
package io.broccoli.route;

import org.jspecify.annotations.NullMarked;
