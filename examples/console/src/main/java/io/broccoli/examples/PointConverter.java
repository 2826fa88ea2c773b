package io.broccoli.examples;

import io.broccoli.place.Point;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a place: {@code 61.1,-150} is a latitude and a longitude, in degrees. */
final class PointConverter implements ITypeConverter<Point> {

    @Override
    public Point convert(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 2) {
            throw new TypeConversionException(
                    "'" + text + "' is no place: write LAT,LON in degrees, such as 61.1,-150");
        }
        try {
            return Point.of(degrees(text, parts[0]), degrees(text, parts[1]));
        } catch (IllegalArgumentException impossible) {
            throw new TypeConversionException("'" + text + "': " + impossible.getMessage());
        }
    }

    private static double degrees(String text, String part) {
        try {
            return Double.parseDouble(part.strip());
        } catch (NumberFormatException none) {
            throw new TypeConversionException("'" + text + "' is no place: '" + part.strip()
                    + "' is no number. Write LAT,LON, such as 61.1,-150");
        }
    }
}
