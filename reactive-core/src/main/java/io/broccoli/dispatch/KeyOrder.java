package io.broccoli.dispatch;

import io.broccoli.route.Route;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps errands of one key in order: one of them may be under way, the others wait for it, and with it. Knows only keys that are
 * in use; bounded by the window of the stream.
 */
final class KeyOrder implements WaitingRoom {

    private static final class Line {
        final ArrayDeque<Errand> waiting = new ArrayDeque<>();
        Errand served;

        Line(Errand served) {
            this.served = served;
        }
    }

    private final Map<Long, Line> lines = new HashMap<>();
    private int waiting;

    /** Those that wait for an earlier one of their key. */
    int waiting() {
        return waiting;
    }

    /** @return false if an earlier errand of its key must end first: it will be {@link #leave left} to it */
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
        line.waiting.addLast(errand);
        errand.room = this;
        waiting++;
        return false;
    }

    @Override
    public void withdraw(Errand errand) {
        Line line = errand.route instanceof Route.Key key ? lines.get(key.hash()) : null;
        if (line != null && line.waiting.remove(errand)) {
            waiting--;
        }
    }

    /** The errand ended. Returns the next of its key, if one waits. */
    @Nullable Errand leave(Errand errand) {
        if (!(errand.route instanceof Route.Key key) || !key.inOrder()) {
            return null;
        }
        Line line = lines.get(key.hash());
        if (line == null || line.served != errand) {
            return null;
        }
        Errand next = line.waiting.pollFirst();
        if (next == null) {
            lines.remove(key.hash());
            return null;
        }
        waiting--;
        line.served = next;
        return next;
    }
}
