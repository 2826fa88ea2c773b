package io.broccoli.place;

import java.util.List;

/** The union of polygons. */
record Polygons(List<Polygon> all) implements Region {

    /** What a ring encloses, without what others within it do. Whatever lies on one of the rings belongs to it. */
    record Polygon(Ring outer, List<Ring> holes) {

        boolean contains(Point point) {
            if (outer.locate(point) == Ring.Side.OUTSIDE) {
                return false;
            }
            for (Ring hole : holes) {
                if (hole.locate(point) == Ring.Side.INSIDE) {
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public boolean contains(Point point) {
        for (Polygon polygon : all) {
            if (polygon.contains(point)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return all.size() + (all.size() == 1 ? " polygon" : " polygons");
    }
}
