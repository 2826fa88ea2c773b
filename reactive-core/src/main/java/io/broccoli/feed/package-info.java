/**
 * Feeds: sensors as streams. A node offers a {@link io.broccoli.feed.Source}. {@code Cluster.feed} returns a
 * {@code Flux} of {@link io.broccoli.feed.Sample}s from all nodes that offer it. {@link io.broccoli.feed.FeedOptions}
 * select nodes and set the window. A {@link io.broccoli.feed.View} works on the samples on their node. A
 * {@link io.broccoli.feed.FeedPacer} asks each node by itself.
 */
@NullMarked
package io.broccoli.feed;

import org.jspecify.annotations.NullMarked;
