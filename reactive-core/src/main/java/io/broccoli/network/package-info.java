/**
 * Several networks at once. {@link io.broccoli.network.Relay} connects separate networks;
 * {@link io.broccoli.network.Networks} splits URIs that join several networks.
 */
@NullMarked
package io.broccoli.network;

import org.jspecify.annotations.NullMarked;
