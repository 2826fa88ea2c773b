package io.broccoli.place;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place on the Earth. Immutable. Two points are equal if their coordinates are: at a pole, and at the antimeridian, one
 * place has several coordinates.
 */
public final class Point {

    /** The mean radius of the Earth, in metres. */
    public static final double EARTH_RADIUS = 6_371_008.8;

    private final double latitude;
    private final double longitude;

    // The unit vector from the Earth's centre: distances need no trigonometry then, and know no seam and no pole.
    private final double x;
    private final double y;
    private final double z;

    private Point(double latitude, double longitude) {
        this.latitude = latitude + 0.0; // not -0.0
        this.longitude = longitude + 0.0;
        double north = Math.toRadians(latitude);
        double east = Math.toRadians(longitude);
        // The cosine of a right angle is not 0 in this arithmetic, and a pole is one place.
        double outwards = Math.abs(latitude) == 90 ? 0 : Math.cos(north);
        this.x = outwards * Math.cos(east);
        this.y = outwards * Math.sin(east);
        this.z = Math.sin(north);
    }

    /**
     * A point.
     *
     * @param latitude degrees north, -90 to 90
     * @param longitude degrees east, -180 to 180
     * @throws IllegalArgumentException if one of them is out of range, or no number
     */
    public static Point of(double latitude, double longitude) {
        if (!(Math.abs(latitude) <= 90)) {
            throw new IllegalArgumentException("a latitude is -90 to 90 degrees, not " + latitude);
        }
        if (!(Math.abs(longitude) <= 180)) {
            throw new IllegalArgumentException("a longitude is -180 to 180 degrees, not " + longitude);
        }
        return new Point(latitude, longitude);
    }

    /** A point of coordinates that somebody else gave; empty if one is missing, out of range or no number. */
    public static Optional<Point> ifValid(@Nullable Double latitude, @Nullable Double longitude) {
        return latitude != null && longitude != null && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
                ? Optional.of(new Point(latitude, longitude))
                : Optional.empty();
    }

    /** Degrees north, -90 to 90. */
    public double latitude() {
        return latitude;
    }

    /** Degrees east, -180 to 180. */
    public double longitude() {
        return longitude;
    }

    /** The distance to another point along a great circle, in metres: 0 to 20,015,115. */
    public double distanceTo(Point other) {
        double dx = x - other.x;
        double dy = y - other.y;
        double dz = z - other.z;
        double chord = Math.sqrt(dx * dx + dy * dy + dz * dz);
        return 2 * EARTH_RADIUS * Math.asin(Math.min(1, chord / 2));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Point point && point.latitude == latitude && point.longitude == longitude;
    }

    @Override
    public int hashCode() {
        return 31 * Double.hashCode(latitude) + Double.hashCode(longitude);
    }

    /** The coordinates as {@code latitude,longitude}. */
    @Override
    public String toString() {
        return latitude + "," + longitude;
    }
}
