package io.broccoli.examples;

import io.broccoli.place.Point;
import io.broccoli.place.Region;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a region: {@code 61.1,-150,200km} is a circle, anything else names a file of GeoJSON. */
final class RegionConverter implements ITypeConverter<Region> {

    private static final Pattern CIRCLE =
            Pattern.compile("([^,]+,[^,]+),\\s*([\\d.]+)\\s*(km|m)", Pattern.CASE_INSENSITIVE);

    /** Longer ones are not even read. */
    private static final long MAX_BYTES = 64L << 20;

    @Override
    public Region convert(String text) {
        Matcher circle = CIRCLE.matcher(text.strip());
        if (circle.matches()) {
            Point centre = new PointConverter().convert(circle.group(1));
            double unit = circle.group(3).toLowerCase(Locale.ROOT).equals("km") ? 1000 : 1;
            try {
                return Region.circle(centre, Double.parseDouble(circle.group(2)) * unit);
            } catch (IllegalArgumentException impossible) {
                throw new TypeConversionException("'" + text + "': " + impossible.getMessage());
            }
        }
        return read(text);
    }

    private static Region read(String file) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > MAX_BYTES) {
                throw new TypeConversionException(file + " has more than " + MAX_BYTES + " bytes: simplify the region");
            }
            return Region.geoJson(Files.readString(path, StandardCharsets.UTF_8));
        } catch (IOException missing) {
            throw new TypeConversionException("'" + file
                    + "' is no circle (LAT,LON,200km), and no file that can be read: " + missing.getMessage());
        } catch (IllegalArgumentException malformed) { // an invalid path, too
            throw new TypeConversionException(file + ": " + malformed.getMessage());
        }
    }
}
