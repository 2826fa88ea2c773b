package io.broccoli.frame;

import io.broccoli.place.Point;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The location and the labels of a node.
 *
 * @param labels free labels by which work can be routed, for example {@code network=ak}
 * @param latitude degrees north; null if not known
 * @param longitude degrees east; null if not known
 */
public record Site(
        Map<String, String> labels,
        @Nullable Double latitude,
        @Nullable Double longitude) {

    /** No labels and no location. */
    public static final Site UNKNOWN = new Site(Map.of(), null, null);

    public Site {
        labels = Map.copyOf(labels);
    }

    /** The location; empty if it is not known, or if what was announced is none (out of range, or no number). */
    public Optional<Point> point() {
        return Point.ifValid(latitude, longitude);
    }

    /** The same labels at this place. */
    public Site at(Point point) {
        return new Site(labels, point.latitude(), point.longitude());
    }
}
