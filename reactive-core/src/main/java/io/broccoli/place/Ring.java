package io.broccoli.place;

/**
 * A closed line on a map whose axes are longitude and latitude, which goes on beyond the antimeridian: longitudes may be
 * -540 to 540, and those that differ by 360 are the same.
 *
 * <p>Whether a point is inside is told by its meridian: each edge that it crosses on the way to the north pole leads from one
 * side to the other, and which of them the pole is on is known.
 */
final class Ring {

    /** Where a point is. */
    enum Side {
        OUTSIDE,
        BOUNDARY,
        INSIDE
    }

    /** Edges that are passed over together, if a meridian crosses none of them. */
    private static final int BLOCK = 64;

    private final double[] longitudes; // of n + 1 positions
    private final double[] latitudes;
    private final double[] west; // of each block of edges
    private final double[] east;
    private final double[] north;
    private final boolean roundPole;
    private final boolean northInside;

    /**
     * @param longitudes of all positions; the last one is the first again, or 360 degrees further if the ring goes round a
     *     pole
     * @param northInside of a ring that goes round a pole: whether the north pole is inside, and not the south pole
     */
    Ring(double[] longitudes, double[] latitudes, boolean northInside) {
        this.longitudes = longitudes;
        this.latitudes = latitudes;
        this.roundPole = longitudes[0] != longitudes[longitudes.length - 1];
        this.northInside = northInside;
        int edges = longitudes.length - 1;
        int blocks = (edges + BLOCK - 1) / BLOCK;
        west = new double[blocks];
        east = new double[blocks];
        north = new double[blocks];
        for (int block = 0; block < blocks; block++) {
            west[block] = Double.POSITIVE_INFINITY;
            east[block] = Double.NEGATIVE_INFINITY;
            north[block] = Double.NEGATIVE_INFINITY;
            for (int i = block * BLOCK; i <= Math.min(edges, (block + 1) * BLOCK); i++) {
                west[block] = Math.min(west[block], longitudes[i]);
                east[block] = Math.max(east[block], longitudes[i]);
                north[block] = Math.max(north[block], latitudes[i]);
            }
        }
    }

    Side locate(Point point) {
        double latitude = point.latitude();
        if (Math.abs(latitude) == 90) {
            return locatePole(latitude);
        }
        boolean inside = northInside;
        boolean boundary = false;
        for (int turn = -360; turn <= 360; turn += 360) {
            double longitude = point.longitude() + turn;
            for (int block = 0; block < west.length; block++) {
                if (longitude < west[block] || longitude > east[block] || latitude > north[block]) {
                    continue;
                }
                int end = Math.min(longitudes.length - 1, (block + 1) * BLOCK);
                for (int i = block * BLOCK; i < end; i++) {
                    if (touches(i, longitude, latitude)) {
                        boundary = true;
                    } else {
                        inside ^= crosses(i, longitude, latitude);
                    }
                }
            }
        }
        if (!boundary) {
            return inside ? Side.INSIDE : Side.OUTSIDE;
        }
        return Math.abs(point.longitude()) == 180 && isSeam(latitude) ? Side.INSIDE : Side.BOUNDARY;
    }

    /** Whether an edge crosses the meridian of a point north of it. Of its ends, the western one counts. */
    private boolean crosses(int i, double longitude, double latitude) {
        double from = longitudes[i];
        double to = longitudes[i + 1];
        return (from > longitude) != (to > longitude) && (turn(i, longitude, latitude) > 0) == (to > from);
    }

    private boolean touches(int i, double longitude, double latitude) {
        return isBetween(longitude, longitudes[i], longitudes[i + 1])
                && isBetween(latitude, latitudes[i], latitudes[i + 1])
                && turn(i, longitude, latitude) == 0;
    }

    /** Positive where a point is to the right of an edge, 0 where it is in line with it. */
    private double turn(int i, double longitude, double latitude) {
        return (longitude - longitudes[i]) * (latitudes[i + 1] - latitudes[i])
                - (latitude - latitudes[i]) * (longitudes[i + 1] - longitudes[i]);
    }

    private static boolean isBetween(double value, double one, double other) {
        return one < other ? one <= value && value <= other : other <= value && value <= one;
    }

    /** Whether the ring was cut along the antimeridian here: it runs along both sides of it, and is no boundary. */
    private boolean isSeam(double latitude) {
        return runsAlong(-180, latitude) && runsAlong(180, latitude);
    }

    private boolean runsAlong(double longitude, double latitude) {
        for (int i = 0; i + 1 < longitudes.length; i++) {
            boolean along = longitudes[i] == longitude && longitudes[i + 1] == longitude;
            if (along && (latitudes[i] > latitude) != (latitudes[i + 1] > latitude)) {
                return true;
            }
        }
        return false;
    }

    /** A pole is one place, whatever its longitude: a ring that runs along all of them has it inside. */
    private Side locatePole(double latitude) {
        boolean touched = false;
        double along = 0;
        for (int i = 0; i + 1 < longitudes.length; i++) {
            if (latitudes[i] == latitude) {
                touched = true;
                along += latitudes[i + 1] == latitude ? longitudes[i + 1] - longitudes[i] : 0;
            }
        }
        if (touched) {
            return Math.abs(along) >= 360 ? Side.INSIDE : Side.BOUNDARY;
        }
        return roundPole && (latitude > 0) == northInside ? Side.INSIDE : Side.OUTSIDE;
    }
}
