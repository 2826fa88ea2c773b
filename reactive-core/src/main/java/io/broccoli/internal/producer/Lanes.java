package io.broccoli.internal.producer;

import io.broccoli.route.Route;
import io.broccoli.task.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The lanes of one stream: one for each route and set of tasks. */
final class Lanes {

    /** Beyond this many, those in which nothing waits are forgotten. */
    private static final int MAX_IDLE = 64;

    private final UnaryOperator<Route> resolve;
    private final Map<Key, Lane> byKey = new HashMap<>();
    private final List<Lane> all = new ArrayList<>(); // the same, to be gone through while more are added
    private @Nullable Lane last;

    private record Key(Route route, List<String> tasks) {}

    /** @param resolve makes a key's route that of the node it belongs to now, and a point that of the nearest node */
    Lanes(UnaryOperator<Route> resolve) {
        this.resolve = resolve;
    }

    /** The lane that an errand comes to wait in. */
    Lane of(Route route, Work work) {
        Lane lane = last;
        if (lane != null
                && lane.route == route
                && lane.tasks.size() == 1
                && work instanceof Work.Call call
                && call.task().equals(lane.tasks.get(0))) {
            return lane;
        }
        lane = find(route, work);
        last = lane;
        return lane;
    }

    /** The same, of an errand that does not come to wait there. */
    Lane find(Route route, Work work) {
        if (all.size() > MAX_IDLE) {
            all.removeIf(Lane::isEmpty);
            byKey.values().removeIf(Lane::isEmpty);
        }
        Key key = new Key(resolve.apply(route), work.tasks());
        Lane lane = byKey.get(key);
        if (lane == null) {
            lane = new Lane(key.route(), key.tasks());
            byKey.put(key, lane);
            all.add(lane);
        }
        return lane;
    }

    List<Lane> all() {
        return all;
    }

    /** Those that wait in all of them. */
    int size() {
        int size = 0;
        for (int i = 0; i < all.size(); i++) {
            size += all.get(i).size();
        }
        return size;
    }

    /** The one that was last used. */
    @Nullable Lane last() {
        return last;
    }

    /** Whether it depends on the nodes to which lane an errand belongs. */
    private static boolean depends(Errand errand) {
        return errand.route instanceof Route.Key || errand.route instanceof Route.Nearest;
    }

    /** The nodes changed: keys may belong to others now, and others be the nearest. What stays in its lane has waited as long as before. */
    void reroute() {
        last = null;
        for (Lane lane : List.copyOf(all)) {
            for (Errand errand : lane.allOf(Lanes::depends)) {
                Lane other = of(errand.route, errand.work);
                if (other != lane) {
                    other.takeOver(errand, lane);
                }
            }
        }
    }
}
