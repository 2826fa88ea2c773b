package io.broccoli.dispatch;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Run;
import io.broccoli.task.Work;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What of one stream waits to be sent: for credit, in lanes; for its time; or for an earlier errand of its key. */
final class Backlog {

    private final Dispatcher dispatcher;
    private final Lanes lanes;
    private final Sleepers sleepers = new Sleepers();
    private final KeyOrder keys = new KeyOrder();
    private final long delay;
    private int pending;

    Backlog(Dispatcher dispatcher, DispatchOptions options) {
        this.dispatcher = dispatcher;
        this.lanes = new Lanes(dispatcher::resolve);
        this.delay = options.delay().toNanos();
    }

    Errand submit(ElementRun run, Work work, Run.Then then) {
        Errand errand = new Errand(run, work, then, run.route, !run.beginning);
        errand.since = dispatcher.now();
        run.add(errand);
        if (delay > 0 && run.beginning) {
            sleep(errand, delay);
        } else {
            enter(errand);
        }
        return errand;
    }

    /** An errand gives up the place that it has at a node, and waits behind all others. */
    void giveUp(Errand errand) {
        dispatcher.voidErrand(errand);
        errand.attempt++;
        laneFor(errand).add(errand);
    }

    /** An errand is sent, or sent again, after a pause. */
    void sleep(Errand errand, long pause) {
        long wakeAt = dispatcher.clock() + pause;
        sleepers.add(errand, wakeAt);
        dispatcher.wakeAt(wakeAt);
    }

    /** An errand waits for credit; one that was sent before, and was not done, goes first. */
    void enter(Errand errand) {
        if (!keys.enter(errand)) {
            return;
        }
        Lane lane = laneFor(errand);
        if (errand.id == 0) {
            lane.add(errand);
        } else {
            lane.addAgain(errand);
        }
    }

    /** The lane in which an errand waits for credit from now on. */
    private Lane laneFor(Errand errand) {
        Lane lane = lanes.of(errand.route, errand.work);
        errand.lane = lane;
        errand.room = lane;
        pending++;
        dispatcher.changed();
        return lane;
    }

    /** Lets those go on whose time has come; returns when the next one is to be woken. */
    long wake(long now) {
        for (Errand errand = sleepers.poll(now); errand != null; errand = sleepers.poll(now)) {
            enter(errand);
        }
        return sleepers.nextWake();
    }

    /** Takes the next errand out of a lane that is such; null if there is none. */
    @Nullable Errand takeFrom(Predicate<Lane> such) {
        for (boolean begin : new boolean[] {false, true}) { // later steps before elements that have not begun
            for (Lane lane : lanes.all()) {
                Errand errand = lane.isEmpty() || !such.test(lane) ? null : lane.poll(begin);
                if (errand != null) {
                    pending--;
                    return errand;
                }
            }
        }
        return null;
    }

    /** An errand left its lane. */
    void taken() {
        pending--;
    }

    /** An errand ended, whether it waited or not. */
    void over(Errand errand) {
        errand.run.remove(errand);
        leave(errand);
    }

    private void leave(Errand errand) {
        Errand next = keys.leave(errand);
        if (next != null) {
            enter(next);
        }
    }

    /** The run ended: whatever of it waits or is under way is voided. */
    void withdraw(ElementRun run) {
        Errand errand = run.errands;
        run.errands = null;
        for (; errand != null; errand = errand.next) {
            if (errand.link != null) {
                dispatcher.voidErrand(errand);
            } else if (errand.room != null) {
                errand.room.withdraw(errand);
                pending -= errand.room == errand.lane ? 1 : 0;
            }
            leave(errand);
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

    /** Those that wait for credit. */
    int pending() {
        return pending;
    }

    /** Those that wait for an earlier one of their key. */
    int blocked() {
        return keys.waiting();
    }
}
