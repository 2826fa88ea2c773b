package io.broccoli.dispatch;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Errands that wait for their time: delayed at the source, or backing off before they are tried again. Bounded by the window of
 * their stream.
 */
final class Sleepers implements WaitingRoom {

    private static final int SWEPT_AT = 64;

    private final PriorityQueue<Errand> queue = new PriorityQueue<>(
            Comparator.<Errand>comparingLong(each -> each.wakeAt).thenComparingLong(each -> each.order));
    private long order;
    private int withdrawn; // of those that still stand in the queue

    int size() {
        return queue.size() - withdrawn;
    }

    void add(Errand errand, long wakeAt) {
        errand.wakeAt = wakeAt;
        errand.order = order++;
        errand.room = this;
        queue.add(errand);
    }

    @Override
    public void withdraw(Errand errand) {
        errand.withdrawn = true;
        if (++withdrawn > SWEPT_AT && withdrawn > size()) {
            queue.removeIf(each -> each.withdrawn);
            withdrawn = 0;
        }
    }

    /** One whose time has come; null if there is none. */
    @Nullable Errand poll(long now) {
        for (Errand first = queue.peek(); first != null; first = queue.peek()) {
            if (!first.withdrawn && first.wakeAt - now > 0) {
                return null;
            }
            queue.remove();
            if (!first.withdrawn) {
                return first;
            }
            withdrawn--;
        }
        return null;
    }

    /** When the next one is to be woken; {@code Long.MAX_VALUE} if none sleeps. */
    long nextWake() {
        Errand first = queue.peek();
        return first == null ? Long.MAX_VALUE : first.wakeAt;
    }
}
