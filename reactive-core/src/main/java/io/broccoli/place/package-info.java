/**
 * Places on the Earth: a {@link io.broccoli.place.Point}, a {@link io.broccoli.place.Region} of them, and
 * {@link io.broccoli.place.Geohash}, the cell of a grid in which a point lies. A node's place is
 * {@code Site.point()}. The Earth is a sphere here; distances differ from those on the ellipsoid by at most 0.6 %.
 */
@NullMarked
package io.broccoli.place;

import org.jspecify.annotations.NullMarked;
