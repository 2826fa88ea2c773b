package io.broccoli.examples;

import io.broccoli.frame.Site;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a site: labels and a place, in any mix, with commas between. {@code lat=61.1,lon=-150,network=ak} and
 * {@code 61.1,-150,network=ak} are the same.
 */
final class SiteConverter implements ITypeConverter<Site> {

    @Override
    public Site convert(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Double latitude = null;
        Double longitude = null;
        for (String part : text.split(",", -1)) {
            String[] pair = part.strip().split("=", 2);
            String key = pair.length == 2 ? pair[0].strip() : latitude == null ? "lat" : "lon";
            String value = pair[pair.length - 1].strip();
            if (key.isEmpty() || value.isEmpty()) {
                throw new TypeConversionException("'" + text + "' has an empty part: write key=value,... or lat,lon");
            }
            if (key.equals("lat") && latitude == null) {
                latitude = degrees(value, 90, "latitude");
            } else if (key.equals("lon") && longitude == null) {
                longitude = degrees(value, 180, "longitude");
            } else if (pair.length == 1 || labels.put(key, value) != null) {
                throw new TypeConversionException("'" + text + "' has a superfluous part '" + part.strip() + "'");
            }
        }
        if ((latitude == null) != (longitude == null)) {
            throw new TypeConversionException("'" + text + "' has a latitude or a longitude, but not both");
        }
        return new Site(labels, latitude, longitude);
    }

    private static Double degrees(String value, int most, String what) {
        Double degrees = number(value);
        if (degrees == null || !(Math.abs(degrees) <= most)) {
            throw new TypeConversionException(
                    "'" + value + "' is not a " + what + ": degrees from -" + most + " to " + most + ", or key=value");
        }
        return degrees;
    }

    private static @Nullable Double number(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException none) {
            return null;
        }
    }
}
