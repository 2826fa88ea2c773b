package io.broccoli.place;

import java.util.function.Function;

/**
 * Cells of a grid over the Earth, named as <em>geohashes</em>: 1 to 12 characters, each of which divides the cell of those
 * before it into 32. A prefix is the name of a larger cell around it.
 *
 * <p>The size of a cell at the equator, from west to east and from south to north:
 *
 * <table>
 * <caption>Sizes of cells</caption>
 * <tr><th>characters</th><th>size</th><th>characters</th><th>size</th></tr>
 * <tr><td>1</td><td>5,009 x 5,004 km</td><td>5</td><td>4.89 x 4.89 km</td></tr>
 * <tr><td>2</td><td>1,252 x 626 km</td><td>6</td><td>1.22 x 0.61 km</td></tr>
 * <tr><td>3</td><td>157 x 156 km</td><td>7</td><td>153 x 153 m</td></tr>
 * <tr><td>4</td><td>39.1 x 19.5 km</td><td>8</td><td>38.2 x 19.1 m</td></tr>
 * </table>
 *
 * <p>Cells are narrower towards the poles, and two points beside each other may be in different cells.
 */
public final class Geohash {

    /** Most characters; such a cell is 37 by 19 mm. */
    public static final int MAX_LENGTH = 12;

    private static final String DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz";

    private Geohash() {}

    /**
     * The cell of a point. All coordinates of one place give the same cell: 180 degrees east is -180, and a pole has
     * longitude 0.
     *
     * @param length characters, 1 to {@link #MAX_LENGTH}
     * @throws IllegalArgumentException if the length is out of range
     */
    public static String of(Point point, int length) {
        require(length);
        double longitude = Math.abs(point.latitude()) == 90 ? 0 : point.longitude() == 180 ? -180 : point.longitude();
        double[] low = {-180, -90}; // of longitude and latitude
        double[] high = {180, 90};
        double[] value = {longitude, point.latitude()};
        StringBuilder hash = new StringBuilder(length);
        int axis = 0; // in turns, the longitude first
        for (int i = 0; i < length; i++) {
            int digit = 0;
            for (int bit = 0; bit < 5; bit++) {
                double middle = (low[axis] + high[axis]) / 2;
                boolean upper = value[axis] >= middle;
                (upper ? low : high)[axis] = middle;
                digit = digit * 2 + (upper ? 1 : 0);
                axis = 1 - axis;
            }
            hash.append(DIGITS.charAt(digit));
        }
        return hash.toString();
    }

    /**
     * {@link #of} as a function, for windows or elements keyed by cell.
     *
     * @throws IllegalArgumentException if the length is out of range
     */
    public static Function<Point, String> ofLength(int length) {
        require(length);
        return point -> of(point, length);
    }

    private static void require(int length) {
        if (length < 1 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("a geohash has 1 to " + MAX_LENGTH + " characters, not " + length);
        }
    }
}
