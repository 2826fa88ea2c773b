package io.broccoli.internal.producer;

import io.broccoli.internal.base.Deadline;
import io.broccoli.route.Route;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What of one stream waits to be sent: for credit, in lanes; for its time; or for an earlier errand of its key. */
public final class Backlog {

    private final Agenda agenda;
    private final Lanes lanes;
    private final Sleepers sleepers = new Sleepers();
    private final KeyOrder keys = new KeyOrder();

    /** @param resolve makes a key's route that of the node it belongs to now, and a point that of the nearest node */
    Backlog(Agenda agenda, UnaryOperator<Route> resolve) {
        this.agenda = agenda;
        this.lanes = new Lanes(resolve);
    }

    /** An errand waits for credit; one that was sent before, and was not done, goes first. */
    void enter(Errand errand) {
        if (!keys.enter(errand)) {
            return;
        }
        Lane lane = lanes.of(errand.route, errand.work);
        if (errand.id == 0) {
            lane.add(errand);
        } else {
            lane.addAgain(errand);
        }
        agenda.changed();
    }

    /** An errand waits for credit behind all others. */
    void enterLast(Errand errand) {
        lanes.of(errand.route, errand.work).add(errand);
        agenda.changed();
    }

    /** The lane in which an errand waits, or would. */
    Lane laneOf(Errand errand) {
        Lane lane = errand.lane();
        return lane != null ? lane : lanes.find(errand.route, errand.work);
    }

    /** An errand is sent, or sent again, after a pause. */
    void sleep(Errand errand, long pause) {
        long wakeAt = Deadline.after(agenda.clock(), pause);
        sleepers.add(errand, wakeAt);
        agenda.wakeAt(wakeAt);
    }

    /** Lets those go on whose time has come; returns when the next one is to be woken. */
    long wake(long now) {
        for (Errand errand = sleepers.due(now); errand != null; errand = sleepers.due(now)) {
            enter(errand);
        }
        return sleepers.nextWake();
    }

    /** The next errand in a lane that is such; it waits until it is somewhere else. */
    public @Nullable Errand first(Predicate<Lane> such) {
        for (boolean begin : new boolean[] {false, true}) { // later steps before elements that have not begun
            for (Lane lane : lanes.all()) {
                Errand errand = lane.isEmpty() || !such.test(lane) ? null : lane.first(begin);
                if (errand != null) {
                    return errand;
                }
            }
        }
        return null;
    }

    /** An errand ended, wherever it was. */
    void over(Errand errand) {
        errand.ends();
        goesOn(keys.passed(errand));
    }

    /** An element has its outcome, and its errands ended. */
    void ended(ElementRun run) {
        goesOn(keys.ended(run));
    }

    private void goesOn(@Nullable Errand next) {
        if (next != null) {
            enter(next);
        }
    }

    /** The nodes changed: keys may belong to others now. */
    void reroute() {
        lanes.reroute();
    }

    List<Lane> lanes() {
        return lanes.all();
    }

    /** The lane that elements not taken yet will most likely wait in. */
    @Nullable Lane lastLane() {
        return lanes.last();
    }

    /** A lane in which something waits for credit; null if nothing does. */
    @Nullable Lane waitingLane() {
        for (Lane lane : lanes.all()) {
            if (!lane.isEmpty()) {
                return lane;
            }
        }
        return null;
    }

    /** Those that wait for credit. */
    int pending() {
        return lanes.size();
    }

    /** Those that wait for an earlier one of their key. */
    int blocked() {
        return keys.blocked();
    }
}
