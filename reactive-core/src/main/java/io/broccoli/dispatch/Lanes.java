package io.broccoli.dispatch;

import io.broccoli.route.Route;
import io.broccoli.task.Work;
import java.util.ArrayDeque;
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

    /** @param resolve makes a key's route that of the node it belongs to now */
    Lanes(UnaryOperator<Route> resolve) {
        this.resolve = resolve;
    }

    Lane of(Route route, Work work) {
        Lane lane = last;
        if (lane != null
                && lane.route == route
                && lane.tasks.size() == 1
                && work instanceof Work.Call call
                && call.task().equals(lane.tasks.get(0))) {
            return lane;
        }
        if (all.size() > MAX_IDLE) {
            all.removeIf(Lane::isEmpty);
            byKey.values().removeIf(Lane::isEmpty);
        }
        Key key = new Key(resolve.apply(route), work.tasks());
        lane = byKey.get(key);
        if (lane == null) {
            lane = new Lane(key.route(), key.tasks());
            byKey.put(key, lane);
            all.add(lane);
        }
        last = lane;
        return lane;
    }

    List<Lane> all() {
        return all;
    }

    /** The one that was last used. */
    @Nullable Lane last() {
        return last;
    }

    /** The nodes changed: keys may belong to others now. */
    void reroute() {
        last = null;
        List<Errand> moved = new ArrayList<>();
        for (Lane lane : all) {
            ArrayDeque<Errand> kept = new ArrayDeque<>();
            lane.drainTo(errand -> (errand.route instanceof Route.Key ? moved : kept).add(errand));
            kept.forEach(lane::add);
        }
        for (Errand errand : moved) {
            Lane lane = of(errand.route, errand.work);
            errand.lane = lane;
            errand.room = lane;
            lane.add(errand);
        }
    }
}
