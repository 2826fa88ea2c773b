package io.broccoli.internal.producer;

import io.broccoli.internal.base.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Errands that wait for their time: delayed at the source, or backing off before they are tried again. A heap in which each knows
 * its place, so that it leaves at the same cost as it came. Bounded by the window of their stream.
 */
final class Sleepers implements WaitingRoom {

    private final List<Errand> heap = new ArrayList<>();
    private long order;

    void add(Errand errand, long wakeAt) {
        errand.sleeps(this);
        errand.wakeAt = wakeAt;
        errand.order = order++;
        heap.add(errand);
        rise(errand, heap.size() - 1);
    }

    @Override
    public void leave(Errand errand) {
        int place = errand.heapPlace;
        Errand last = heap.remove(heap.size() - 1);
        if (last != errand) {
            rise(last, place);
            sink(last, last.heapPlace);
        }
    }

    /** The one whose time has come, if one's has; it sleeps on until it is somewhere else. */
    @Nullable Errand due(long now) {
        Errand first = heap.isEmpty() ? null : heap.get(0);
        return first != null && Deadline.isOver(first.wakeAt, now) ? first : null;
    }

    /** When the next one is to be woken. */
    long nextWake() {
        return heap.isEmpty() ? Deadline.NEVER : heap.get(0).wakeAt;
    }

    private void rise(Errand errand, int from) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) / 2;
            if (!isBefore(errand, heap.get(parent))) {
                break;
            }
            put(heap.get(parent), place);
            place = parent;
        }
        put(errand, place);
    }

    private void sink(Errand errand, int from) {
        int place = from;
        for (int child = 2 * place + 1; child < heap.size(); child = 2 * place + 1) {
            if (child + 1 < heap.size() && isBefore(heap.get(child + 1), heap.get(child))) {
                child++;
            }
            if (!isBefore(heap.get(child), errand)) {
                break;
            }
            put(heap.get(child), place);
            place = child;
        }
        put(errand, place);
    }

    private void put(Errand errand, int place) {
        heap.set(place, errand);
        errand.heapPlace = place;
    }

    private static boolean isBefore(Errand one, Errand other) {
        return Deadline.isBefore(one.wakeAt, other.wakeAt) || one.wakeAt == other.wakeAt && one.order < other.order;
    }
}
