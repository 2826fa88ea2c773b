/**
 * One member on several networks at once: {@link io.broccoli.network.ManyTransport}, for URIs that
 * {@link io.broccoli.network.Networks} takes apart.
 */
@NullMarked
package io.broccoli.network;

import org.jspecify.annotations.NullMarked;
