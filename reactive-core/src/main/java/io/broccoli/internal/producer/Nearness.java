package io.broccoli.internal.producer;

import io.broccoli.place.Point;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links of a lane whose errands go to the nearest node that is not full, ordered by the distance from one point, the
 * lane's. Errands of the lane are near that point, so the search from a point of theirs most often ends with the first link.
 */
final class Nearness {

    private final Point from;
    private final List<Link> links;
    private final double[] distances; // of each from the point, ascending; infinite where the place is not known

    /** @param links are put in order */
    Nearness(Point from, List<Link> links) {
        this.from = from;
        this.links = links;
        links.sort(Comparator.comparingDouble(link -> distance(from, link)));
        this.distances =
                links.stream().mapToDouble(link -> distance(from, link)).toArray();
    }

    private static double distance(Point from, Link link) {
        Point place = link.place();
        return place == null ? Double.POSITIVE_INFINITY : from.distanceTo(place);
    }

    /**
     * The link that the next errand of a point is to go by: the nearest one that is not full. It may have no credit yet; then
     * its answer is waited for. Null if all are full.
     */
    @Nullable Link target(Point point, long now) {
        Link best = null;
        double least = Double.POSITIVE_INFINITY;
        double aside = from.distanceTo(point);
        for (int i = 0; i < links.size() && !isBeyond(i, aside, least, best); i++) {
            Link link = links.get(i);
            double distance = distance(point, link);
            boolean nearer = best == null || distance < least || distance == least && link.usable() > best.usable();
            if (nearer && !link.isFull(now)) {
                best = link;
                least = distance;
            }
        }
        return best;
    }

    /** Whether a link and those behind it are farther from a point than the best one, by the triangle inequality. */
    private boolean isBeyond(int i, double aside, double least, @Nullable Link best) {
        return best != null && distances[i] - aside > least;
    }

    /**
     * Asks for credit: the target of a point and all that are as near, so that a full one is used again once it has room; and as
     * many others as are needed for all tasks.
     */
    void want(Point point, int tasks, boolean waits, LiveLinks live, long now) {
        Link target = target(point, now);
        double reach = target == null ? Double.POSITIVE_INFINITY : distance(point, target);
        double aside = from.distanceTo(point);
        int left = tasks;
        int each = 0; // of those at one place: they share what is asked
        for (int i = 0; i < links.size() && (left > 0 || !isBeyond(i, aside, reach, target)); i++) {
            Link link = links.get(i);
            if (i == 0 || distances[i] != distances[i - 1]) {
                each = share(left, i);
            }
            if (left <= 0 && distance(point, link) > reach) {
                continue;
            }
            int share = Math.max(1, Math.min(Math.min(left, each), link.worthWanting()));
            link.wanted += share;
            link.awaited |= waits && (target == null || link == target);
            live.accept(link);
            left -= link.isFull(now) ? 0 : share;
        }
    }

    /** What each of the links that are as far away as this one is asked for, if all are asked. */
    private int share(int left, int first) {
        int end = first + 1;
        while (end < distances.length && distances[end] == distances[first]) {
            end++;
        }
        int count = end - first;
        return (left + count - 1) / count;
    }
}
