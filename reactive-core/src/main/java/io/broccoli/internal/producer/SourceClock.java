package io.broccoli.internal.producer;

import java.util.ArrayList;
import java.util.List;

/**
 * The clock of a source whose node does not know the time, as the subscriber sees it. The node gives milliseconds since its start;
 * the delay from there to the arrival here is an offset that does not change, a drift, and a way that takes longer or shorter. So
 * the least delays tell the offset, and the slope of the least delays tells the drift. Half of the shortest way there and back goes
 * off, as in Cristian's algorithm. Pure.
 */
final class SourceClock {

    /** The error of a time by a clock that was never set: it is the milliseconds since the node's start. */
    static final long NOT_SET = -1;

    /** Least delays that are kept, each of a stretch of time. */
    static final int MOST_STRETCHES = 32;

    private static final long FIRST_STRETCH = 1_000;
    private static final long LONGEST_STRETCH = 64_000;

    /** Least delays over a shorter time say nothing of the drift. */
    private static final long LEAST_SPAN = 10_000;

    /** Milliseconds that the way there and back is taken for before it is known. */
    private static final long UNKNOWN_WAY = 2_000;

    private static final double MOST_DRIFT = 0.1;

    /** A time by the subscriber's clock in milliseconds, and how far it may be from the truth. */
    record Estimate(long millis, long error) {}

    private record Least(long ticks, long delay) {}

    private final List<Least> least = new ArrayList<>();
    private long stretch = FIRST_STRETCH;

    /**
     * @param ticks milliseconds since the node's start
     * @param arrival milliseconds of the subscriber's clock
     * @param way the shortest way there and back, in milliseconds; 0 if it is not known
     */
    Estimate estimate(long ticks, long arrival, long way) {
        note(new Least(ticks, arrival - ticks));
        Least from = least.get(0);
        Least to = from;
        double middle = least.stream().mapToLong(Least::ticks).average().orElse((double) ticks);
        List<Least> hull = hull();
        for (int i = 0; i + 1 < hull.size() && hull.get(i).ticks <= middle; i++) {
            from = hull.get(i);
            to = hull.get(i + 1);
        }
        double drift = 0;
        Least origin = from;
        long span = least.get(least.size() - 1).ticks - least.get(0).ticks;
        if (span >= LEAST_SPAN && to.ticks > from.ticks) {
            drift = (to.delay - from.delay) / (double) (to.ticks - from.ticks);
            drift = Math.max(-MOST_DRIFT, Math.min(MOST_DRIFT, drift));
        } else {
            for (Least each : least) {
                origin = each.delay < origin.delay ? each : origin;
            }
        }
        double above = 0;
        for (Least each : least) {
            above = Math.max(above, Math.abs(each.delay - line(origin, drift, each.ticks)));
        }
        double half = (way > 0 ? way : UNKNOWN_WAY) / 2.0;
        double offset = Math.min(line(origin, drift, ticks), (double) (arrival - ticks));
        return new Estimate(Math.round(ticks + offset - half), (long) Math.ceil(half + above) + 1);
    }

    private static double line(Least origin, double drift, long ticks) {
        return origin.delay + drift * (ticks - origin.ticks);
    }

    private void note(Least fresh) {
        if (!add(fresh)) {
            return;
        }
        if (least.size() > MOST_STRETCHES && stretch >= LONGEST_STRETCH) {
            least.remove(0);
        }
        while (least.size() > MOST_STRETCHES) {
            stretch *= 2;
            List<Least> finer = new ArrayList<>(least);
            least.clear();
            finer.forEach(this::add);
        }
    }

    /** @return whether a stretch began */
    private boolean add(Least fresh) {
        int newest = least.size() - 1;
        if (newest < 0 || fresh.ticks / stretch > least.get(newest).ticks / stretch) {
            least.add(fresh);
            return true;
        }
        if (fresh.ticks / stretch == least.get(newest).ticks / stretch && fresh.delay < least.get(newest).delay) {
            least.set(newest, fresh);
        }
        return false;
    }

    /** The lower convex hull of the least delays. */
    private List<Least> hull() {
        List<Least> hull = new ArrayList<>();
        for (Least each : least) {
            while (hull.size() > 1 && !isBelow(hull.get(hull.size() - 2), hull.get(hull.size() - 1), each)) {
                hull.remove(hull.size() - 1);
            }
            hull.add(each);
        }
        return hull;
    }

    private static boolean isBelow(Least a, Least b, Least c) {
        return (double) (b.delay - a.delay) * (c.ticks - a.ticks) < (double) (c.delay - a.delay) * (b.ticks - a.ticks);
    }
}
