package io.broccoli.internal.producer;

import io.broccoli.route.Route;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps elements of one key in order: the errands of one of them may go, one after another, the others wait until it has its
 * outcome. Knows only keys that are in use; bounded by the window of the stream.
 */
public final class KeyOrder implements WaitingRoom {

    private static final class Line {
        ElementRun run; // whose turn it is

        @Nullable Errand served; // of that one; null while it has none

        final ErrandQueue others = new ErrandQueue(); // of that one
        final ErrandQueue behind = new ErrandQueue(); // of later elements

        Line(ElementRun run) {
            this.run = run;
        }
    }

    private final Map<Long, Line> lines = new HashMap<>();
    private int blocked;

    /** Those that wait for an earlier one of their key. */
    int blocked() {
        return blocked;
    }

    /** @return false if another one of its key must end first: it waits here until {@link #passed} or {@link #ended} returns it */
    boolean enter(Errand errand) {
        if (!(errand.route instanceof Route.Key key) || !key.inOrder()) {
            return true;
        }
        Line line = lines.computeIfAbsent(key.hash(), absent -> new Line(errand.run));
        boolean isItsTurn = line.run == errand.run;
        if (isItsTurn && (line.served == null || line.served == errand)) {
            line.served = errand;
            return true;
        }
        errand.waitsIn(this);
        (isItsTurn ? line.others : line.behind).addLast(errand);
        blocked++;
        return false;
    }

    @Override
    public void leave(Errand errand) {
        if (errand.queue != null) {
            errand.queue.remove(errand);
            blocked--;
        }
    }

    /** The errand ended. Returns the next of its element, if one waits: it may go on. */
    @Nullable Errand passed(Errand errand) {
        Line line = line(errand.route);
        if (line == null || line.served != errand) {
            return null;
        }
        line.served = errand.run.isEnded() ? null : line.others.first();
        return line.served;
    }

    /** The element ended, with all of its errands. Returns the first of the next of its key, if one waits: it may go on. */
    @Nullable Errand ended(ElementRun run) {
        Line line = line(run.route);
        if (line == null || line.run != run) {
            return null;
        }
        Errand next = line.behind.first();
        if (next == null) {
            lines.remove(((Route.Key) run.route).hash());
            return null;
        }
        line.run = next.run;
        for (Errand each = next.run.errands; each != null; each = each.next) { // the last that it submitted comes first
            if (each != next && each.queue == line.behind) {
                line.behind.remove(each);
                line.others.addFirst(each);
            }
        }
        line.served = next;
        return next;
    }

    private @Nullable Line line(Route route) {
        return route instanceof Route.Key key && key.inOrder() ? lines.get(key.hash()) : null;
    }
}
