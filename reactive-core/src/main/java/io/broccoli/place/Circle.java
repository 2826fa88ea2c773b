package io.broccoli.place;

/** All points that are at most so far from one. */
record Circle(Point centre, double metres) implements Region {

    Circle {
        if (!(metres > 0)) {
            throw new IllegalArgumentException("the radius of a circle is above 0 metres, not " + metres);
        }
    }

    @Override
    public boolean contains(Point point) {
        return centre.distanceTo(point) <= metres;
    }
}
