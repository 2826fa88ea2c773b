package io.broccoli.place;

import java.util.ArrayList;
import java.util.List;

/** Makes rings of positions that people gave. */
final class RingBuilder {

    private static final double FARTHEST = 540; // degrees: as far as a ring may go beyond the antimeridian

    private RingBuilder() {}

    /**
     * A ring as GeoJSON has it: its edges are straight, whatever they cross.
     *
     * @param latitudes the last position is the first again
     */
    static Ring straight(double[] longitudes, double[] latitudes) {
        requireArea(longitudes, latitudes);
        return new Ring(longitudes, latitudes, false);
    }

    /** A ring each of whose edges takes the shorter way round the Earth. */
    static Ring shorterWay(List<Point> given) {
        List<Point> ring = new ArrayList<>(given);
        if (ring.size() > 1 && ring.get(0).equals(ring.get(ring.size() - 1))) {
            ring.remove(ring.size() - 1);
        }
        if (ring.size() < 3) {
            throw new IllegalArgumentException("a polygon needs at least 3 points, and there are " + ring.size());
        }
        if (ring.size() > Region.MAX_POSITIONS) {
            throw new IllegalArgumentException("a region has at most " + Region.MAX_POSITIONS
                    + " positions, and there are " + ring.size() + ": simplify it");
        }
        List<double[]> corners = corners(ring);
        int[] turns = turns(corners); // before each position, in degrees
        int n = corners.size();
        double[] latitudes = new double[n + 1];
        boolean atPole = false;
        for (int i = 0; i <= n; i++) {
            latitudes[i] = corners.get(i % n)[1];
            atPole |= Math.abs(latitudes[i]) == 90;
        }
        if (turns[n] != 0 && atPole) {
            closeAtPole(turns, latitudes);
        }
        double[] longitudes = new double[n + 1];
        for (int i = 0; i <= n; i++) {
            longitudes[i] = corners.get(i % n)[0] + turns[i];
            if (Math.abs(longitudes[i]) > FARTHEST) {
                throw new IllegalArgumentException("the ring goes round the Earth more than once");
            }
        }
        if (turns[n] != 0) {
            return new Ring(longitudes, latitudes, isNorthSmaller(longitudes, latitudes));
        }
        return straight(longitudes, latitudes);
    }

    /** Longitude and latitude of each corner. One at a pole becomes two, at the meridians of its neighbours. */
    private static List<double[]> corners(List<Point> ring) {
        List<double[]> corners = new ArrayList<>();
        int n = ring.size();
        for (int i = 0; i < n; i++) {
            Point point = ring.get(i);
            if (Math.abs(point.latitude()) == 90) {
                for (int neighbour : new int[] {i + n - 1, i + 1}) {
                    corners.add(new double[] {ring.get(neighbour % n).longitude(), point.latitude()});
                }
            } else {
                corners.add(new double[] {point.longitude(), point.latitude()});
            }
        }
        return corners;
    }

    /** By how much the longitude of each position is shifted: by 360 more, or less, behind each edge across the antimeridian. */
    private static int[] turns(List<double[]> corners) {
        int n = corners.size();
        int[] turns = new int[n + 1];
        for (int i = 1; i <= n; i++) {
            double[] from = corners.get(i - 1);
            double[] to = corners.get(i % n);
            double way = to[0] - from[0];
            boolean alongPole = Math.abs(from[1]) == 90 && from[1] == to[1];
            if (Math.abs(way) == 180 && !alongPole) {
                throw new IllegalArgumentException(
                        "two neighbours are 180 degrees of longitude apart, and neither way is"
                                + " shorter: put a point between " + from[1] + "," + from[0] + " and " + to[1] + ","
                                + to[0]);
            }
            turns[i] = turns[i - 1] + (way > 180 ? -360 : way < -180 ? 360 : 0);
        }
        return turns;
    }

    /** At a pole, either way round it is none: the ring takes the one with which it does not go round. */
    private static void closeAtPole(int[] turns, double[] latitudes) {
        int last = turns.length - 1;
        int all = turns[last];
        for (int i = last; i > 0; i--) {
            turns[i] -= all;
            if (Math.abs(latitudes[i]) == 90 && latitudes[i - 1] == latitudes[i]) {
                return;
            }
        }
    }

    /** By the mean of the sine of the latitude: as that is, the areas differ. */
    private static boolean isNorthSmaller(double[] longitudes, double[] latitudes) {
        double sum = 0;
        for (int i = 0; i + 1 < longitudes.length; i++) {
            double between = Math.toRadians((latitudes[i] + latitudes[i + 1]) / 2);
            sum += (longitudes[i + 1] - longitudes[i]) * Math.sin(between);
        }
        return sum * (longitudes[longitudes.length - 1] - longitudes[0]) >= 0;
    }

    private static void requireArea(double[] longitudes, double[] latitudes) {
        double dx = 0;
        double dy = 0;
        for (int i = 1; i < longitudes.length; i++) {
            double toX = longitudes[i] - longitudes[0];
            double toY = latitudes[i] - latitudes[0];
            if (dx * toY != dy * toX) {
                return; // a corner
            }
            if (toX != 0 || toY != 0) {
                dx = toX;
                dy = toY;
            }
        }
        throw new IllegalArgumentException("the ring encloses nothing: all its positions are on one line");
    }
}
