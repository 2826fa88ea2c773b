package io.broccoli.internal.credit;

import org.jspecify.annotations.Nullable;

/**
 * Accounts that wait for their turn. Each account owns its place, stands in the line at most once, and can leave from anywhere. An
 * account leaves when its link ends, so no more stand here than there are links.
 */
final class Line {

    private final Place ends = new Place(null); // a circle: ends.behind is the first in the line

    /** The place of one account in one line. */
    static final class Place {
        private final @Nullable Account account;
        private Place before = this;
        private Place behind = this; // itself: it stands in no line

        Place(@Nullable Account account) {
            this.account = account;
        }

        boolean isTaken() {
            return behind != this;
        }
    }

    boolean isEmpty() {
        return !ends.isTaken();
    }

    /** Does nothing if the place is taken already. */
    void addLast(Place place) {
        if (!place.isTaken()) {
            place.before = ends.before;
            place.behind = ends;
            ends.before.behind = place;
            ends.before = place;
        }
    }

    /** Takes the first out; null if there is none. */
    @Nullable Account poll() {
        Place first = ends.behind;
        leave(first);
        return first.account;
    }

    /** Does nothing if the place is not taken. */
    static void leave(Place place) {
        place.before.behind = place.behind;
        place.behind.before = place.before;
        place.before = place;
        place.behind = place;
    }
}
