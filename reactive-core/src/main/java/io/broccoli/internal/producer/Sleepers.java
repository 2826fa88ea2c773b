package io.broccoli.internal.producer;

import io.broccoli.internal.base.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Errands that wait for their time: delayed at the source, or backing off before they are tried again. A heap in which each knows
 * its place, so that it leaves at the same cost as it came. Bounded by the window of their stream.
 */
final class Sleepers implements WaitingRoom {

    private final List<Nap> heap = new ArrayList<>();
    private long order;

    /** An errand that sleeps. */
    static final class Nap {
        private final Errand errand;
        private final long wakeAt;
        private final long order; // among those that wake at the same time
        private int place; // in the heap

        private Nap(Errand errand, long wakeAt, long order) {
            this.errand = errand;
            this.wakeAt = wakeAt;
            this.order = order;
        }
    }

    void add(Errand errand, long wakeAt) {
        errand.sleeps(this);
        Nap nap = new Nap(errand, wakeAt, order++);
        errand.nap = nap;
        heap.add(nap);
        rise(nap, heap.size() - 1);
    }

    @Override
    public void leave(Errand errand) {
        Nap over = Objects.requireNonNull(errand.nap);
        errand.nap = null;
        Nap last = heap.remove(heap.size() - 1);
        if (last != over) {
            rise(last, over.place);
            sink(last, last.place);
        }
    }

    /** The one whose time has come, if one's has; it sleeps on until it is somewhere else. */
    @Nullable Errand due(long now) {
        Nap first = heap.isEmpty() ? null : heap.get(0);
        return first != null && Deadline.isOver(first.wakeAt, now) ? first.errand : null;
    }

    /** When the next one is to be woken. */
    long nextWake() {
        return heap.isEmpty() ? Deadline.NEVER : heap.get(0).wakeAt;
    }

    private void rise(Nap nap, int from) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) / 2;
            if (!isBefore(nap, heap.get(parent))) {
                break;
            }
            put(heap.get(parent), place);
            place = parent;
        }
        put(nap, place);
    }

    private void sink(Nap nap, int from) {
        int place = from;
        for (int child = 2 * place + 1; child < heap.size(); child = 2 * place + 1) {
            if (child + 1 < heap.size() && isBefore(heap.get(child + 1), heap.get(child))) {
                child++;
            }
            if (!isBefore(heap.get(child), nap)) {
                break;
            }
            put(heap.get(child), place);
            place = child;
        }
        put(nap, place);
    }

    private void put(Nap nap, int place) {
        heap.set(place, nap);
        nap.place = place;
    }

    private static boolean isBefore(Nap one, Nap other) {
        return Deadline.isBefore(one.wakeAt, other.wakeAt) || one.wakeAt == other.wakeAt && one.order < other.order;
    }
}
