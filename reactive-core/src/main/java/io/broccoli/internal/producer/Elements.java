package io.broccoli.internal.producer;

import org.jspecify.annotations.Nullable;

/** The elements that a stream has taken and not emitted, in the order of its source. */
public final class Elements {

    private @Nullable ElementRun oldest;
    private @Nullable ElementRun newest;
    private int count;

    long count() {
        return count;
    }

    @Nullable ElementRun oldest() {
        return oldest;
    }

    @Nullable ElementRun newest() {
        return newest;
    }

    void append(ElementRun run) {
        count++;
        run.previous = newest;
        if (newest == null) {
            oldest = run;
        } else {
            newest.next = run;
        }
        newest = run;
    }

    void remove(ElementRun run) {
        count--;
        if (run.previous == null) {
            oldest = run.next;
        } else {
            run.previous.next = run.next;
        }
        if (run.next == null) {
            newest = run.previous;
        } else {
            run.next.previous = run.previous;
        }
        run.previous = null;
        run.next = null; // else whoever still knows it keeps all that came after it in memory
    }

    void clear() {
        oldest = null;
        newest = null;
        count = 0;
    }
}
