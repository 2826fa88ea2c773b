package io.broccoli.place;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the regions of GeoJSON (RFC 7946). Messages name the place by its path, {@code $} being all of it. */
final class GeoJson {

    private static final String REGIONS = "Polygon, MultiPolygon, Feature or FeatureCollection";

    private final List<Polygons.Polygon> polygons = new ArrayList<>();
    private int positions;

    private GeoJson() {}

    static Region read(String text) {
        GeoJson reader = new GeoJson();
        reader.object(JsonText.read(text), "$", true);
        if (reader.polygons.isEmpty()) {
            throw new IllegalArgumentException("GeoJSON: there is no polygon in it");
        }
        return new Polygons(List.copyOf(reader.polygons));
    }

    /** @param mayBeFeature and not only a geometry */
    private void object(@Nullable Object value, String path, boolean mayBeFeature) {
        if (!(value instanceof Map<?, ?> object)) {
            throw wrong(path, "an object with a \"type\" is expected");
        }
        Object type = object.get("type");
        if ("Polygon".equals(type)) {
            polygon(object.get("coordinates"), path + ".coordinates");
        } else if ("MultiPolygon".equals(type)) {
            List<?> all = list(object.get("coordinates"), path + ".coordinates");
            for (int i = 0; i < all.size(); i++) {
                polygon(all.get(i), path + ".coordinates[" + i + "]");
            }
        } else if (mayBeFeature && "Feature".equals(type)) {
            object(object.get("geometry"), path + ".geometry", false);
        } else if (mayBeFeature && "FeatureCollection".equals(type)) {
            List<?> all = list(object.get("features"), path + ".features");
            for (int i = 0; i < all.size(); i++) {
                String at = path + ".features[" + i + "]";
                if (!(all.get(i) instanceof Map<?, ?> feature) || !"Feature".equals(feature.get("type"))) {
                    throw wrong(at, "a Feature is expected");
                }
                object(feature, at, true);
            }
        } else {
            String expected = mayBeFeature ? REGIONS : "Polygon or MultiPolygon";
            throw wrong(path, "the type " + quoted(type) + " is no region: it must be " + expected);
        }
    }

    private void polygon(@Nullable Object value, String path) {
        List<?> rings = list(value, path);
        if (rings.isEmpty()) {
            throw wrong(path, "a polygon needs a ring");
        }
        List<Ring> all = new ArrayList<>();
        for (int i = 0; i < rings.size(); i++) {
            all.add(ring(rings.get(i), path + "[" + i + "]"));
        }
        polygons.add(new Polygons.Polygon(all.get(0), List.copyOf(all.subList(1, all.size()))));
    }

    private Ring ring(@Nullable Object value, String path) {
        List<?> all = list(value, path);
        int count = all.size();
        if (count < 4) {
            throw wrong(
                    path,
                    "a ring needs at least 4 positions, the last one being the first again, and there are " + count);
        }
        positions += count;
        if (positions > Region.MAX_POSITIONS) {
            throw wrong(path, "a region has at most " + Region.MAX_POSITIONS + " positions: simplify it");
        }
        double[] longitudes = new double[count];
        double[] latitudes = new double[count];
        for (int i = 0; i < count; i++) {
            String at = path + "[" + i + "]";
            List<?> position = list(all.get(i), at);
            if (position.size() < 2) {
                throw wrong(at, "a position is a longitude and a latitude");
            }
            longitudes[i] = degrees(position.get(0), 180, "longitude", at + "[0]");
            latitudes[i] = degrees(position.get(1), 90, "latitude", at + "[1]");
        }
        if (longitudes[0] != longitudes[count - 1] || latitudes[0] != latitudes[count - 1]) {
            throw wrong(path, "the ring is not closed: its last position must be its first");
        }
        try {
            return RingBuilder.straight(longitudes, latitudes);
        } catch (IllegalArgumentException none) {
            throw wrong(path, String.valueOf(none.getMessage()));
        }
    }

    private static double degrees(@Nullable Object value, int most, String what, String path) {
        if (!(value instanceof Double degrees)) {
            throw wrong(path, "a " + what + " is a number");
        }
        if (!(Math.abs(degrees) <= most)) {
            String hint = what.equals("longitude")
                    ? ". Split a region across the antimeridian there (RFC 7946, 3.1.9)"
                    : ". The longitude stands first";
            throw wrong(path, "a " + what + " is -" + most + " to " + most + " degrees, not " + degrees + hint);
        }
        return degrees + 0.0; // not -0.0
    }

    private static List<?> list(@Nullable Object value, String path) {
        if (!(value instanceof List<?> list)) {
            throw wrong(path, "a list is expected");
        }
        return list;
    }

    private static String quoted(@Nullable Object type) {
        String text = String.valueOf(type);
        return type instanceof String
                ? '"' + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + '"'
                : "(none)";
    }

    private static IllegalArgumentException wrong(String path, String problem) {
        return new IllegalArgumentException("GeoJSON, " + path + ": " + problem);
    }
}
