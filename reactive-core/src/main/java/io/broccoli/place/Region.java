package io.broccoli.place;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A part of the Earth's surface, boundary included. Immutable; may be asked by any thread. Regions know no seam at the
 * antimeridian, and a pole is one place.
 */
public sealed interface Region permits Circle, Polygons {

    /** Most positions in the rings of one region. */
    int MAX_POSITIONS = 100_000;

    /** Whether a point is in the region or on its boundary. */
    boolean contains(Point point);

    /**
     * The points that are at most so far from a centre.
     *
     * @param metres the radius along a great circle; above 0. From half of the Earth's circumference it is the whole
     *     Earth
     * @throws IllegalArgumentException if the radius is not above 0, or no number
     */
    static Region circle(Point centre, double metres) {
        return new Circle(centre, metres);
    }

    /**
     * What a ring of points encloses. An edge is a straight line on a map whose axes are longitude and latitude, as in
     * GeoJSON, but takes the shorter way round the Earth, across the antimeridian too. A ring that goes round a pole
     * encloses the smaller of the two parts of the Earth, the northern one if they are equal. If the ring crosses itself,
     * what is enclosed twice is outside.
     *
     * @param ring at least 3 points, not all on one line, at most {@link #MAX_POSITIONS}. The first may be repeated at
     *     the end
     * @throws IllegalArgumentException if it is none, if two neighbours are 180 degrees of longitude apart (there is no
     *     shorter way), or if it goes round the Earth more than once
     */
    static Region polygon(List<Point> ring) {
        return new Polygons(List.of(new Polygons.Polygon(RingBuilder.shorterWay(ring), List.of())));
    }

    /**
     * Reads GeoJSON as RFC 7946 has it: a Polygon with or without holes, a MultiPolygon, a Feature with one of them, or a
     * FeatureCollection, which is the union of its features. An edge never crosses the antimeridian: one from 170 to -170
     * goes through 0, and a region across the antimeridian is split there (RFC 7946, 3.1.9). {@link #polygon} takes the
     * shorter way instead. Altitudes and properties are skipped. The direction of a ring has no meaning.
     *
     * @throws IllegalArgumentException if it is none of these; the message says what is wrong and where
     */
    static Region geoJson(String text) {
        return GeoJson.read(text);
    }

    /**
     * A key for each point: the name of the first region that contains it. For windows or elements keyed by region.
     *
     * @param regions in the order in which they are asked; copied
     * @param elsewhere the key of points that are in none of them
     */
    static Function<Point, String> keyedBy(Map<String, Region> regions, String elsewhere) {
        Map<String, Region> inOrder = new LinkedHashMap<>(regions);
        return point -> {
            for (Map.Entry<String, Region> each : inOrder.entrySet()) {
                if (each.getValue().contains(point)) {
                    return each.getKey();
                }
            }
            return elsewhere;
        };
    }
}
