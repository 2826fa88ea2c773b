package io.broccoli.internal.producer;

import io.broccoli.route.Route;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps errands of one key in order: one of them may be under way, the others wait for it, and with it. Knows only keys that are
 * in use; bounded by the window of the stream.
 */
public final class KeyOrder implements WaitingRoom {

    private static final class Line {
        final ErrandQueue blocked = new ErrandQueue();
        Errand served;

        Line(Errand served) {
            this.served = served;
        }
    }

    private final Map<Long, Line> lines = new HashMap<>();
    private int blocked;

    /** Those that wait for an earlier one of their key. */
    int blocked() {
        return blocked;
    }

    /** @return false if an earlier errand of its key must end first: it waits here until {@link #passed} */
    boolean enter(Errand errand) {
        if (!(errand.route instanceof Route.Key key) || !key.inOrder()) {
            return true;
        }
        Line line = lines.get(key.hash());
        if (line == null) {
            lines.put(key.hash(), new Line(errand));
            return true;
        }
        if (line.served == errand) {
            return true;
        }
        errand.waitsIn(this);
        line.blocked.addLast(errand);
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

    /** The errand ended. Returns the next of its key, if one waits: it may go on. */
    @Nullable Errand passed(Errand errand) {
        if (!(errand.route instanceof Route.Key key) || !key.inOrder()) {
            return null;
        }
        Line line = lines.get(key.hash());
        if (line == null || line.served != errand) {
            return null;
        }
        Errand next = line.blocked.first();
        if (next == null) {
            lines.remove(key.hash());
            return null;
        }
        line.served = next;
        return next;
    }
}
