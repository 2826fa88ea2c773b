/**
 * Sensors as streams: a node offers a {@link io.broccoli.feed.Source}, {@code Cluster.feed} is a {@code Flux} of its
 * {@link io.broccoli.feed.Sample}s, from all nodes that offer it, chosen by {@link io.broccoli.feed.FeedOptions}.
 */
@NullMarked
package io.broccoli.feed;

import org.jspecify.annotations.NullMarked;
