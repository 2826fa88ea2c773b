package io.broccoli.internal.producer;

import org.jspecify.annotations.Nullable;

/** Errands in a row. Each stands in one such queue at most, so that it leaves from any place at the same cost. */
final class ErrandQueue {

    private @Nullable Errand first;
    private @Nullable Errand last;
    private int size;

    int size() {
        return size;
    }

    @Nullable Errand first() {
        return first;
    }

    void addFirst(Errand errand) {
        enter(errand);
        errand.behind = first;
        if (first == null) {
            last = errand;
        } else {
            first.ahead = errand;
        }
        first = errand;
    }

    void addLast(Errand errand) {
        enter(errand);
        errand.ahead = last;
        if (last == null) {
            first = errand;
        } else {
            last.behind = errand;
        }
        last = errand;
    }

    private void enter(Errand errand) {
        if (errand.queue != null) {
            throw new IllegalStateException("an errand stands in one queue at a time");
        }
        errand.queue = this;
        size++;
    }

    /** Does nothing if it does not stand here. */
    void remove(Errand errand) {
        if (errand.queue != this) {
            return;
        }
        size--;
        if (errand.ahead == null) {
            first = errand.behind;
        } else {
            errand.ahead.behind = errand.behind;
        }
        if (errand.behind == null) {
            last = errand.ahead;
        } else {
            errand.behind.ahead = errand.ahead;
        }
        errand.queue = null;
        errand.ahead = null;
        errand.behind = null;
    }
}
