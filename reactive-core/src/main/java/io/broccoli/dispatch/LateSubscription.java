package io.broccoli.dispatch;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * A subscription that may come after it was asked or cancelled: a publisher may hand it over on another thread. Unlike Reactor's,
 * it can be cancelled while its first request is under way, for some publishers give without end inside of that.
 */
final class LateSubscription implements Subscription {

    // Guarded by this; the publisher is never called with the lock.
    private @Nullable Subscription subscription;
    private long owed; // requests that came before it
    private boolean cancelled;

    /** It came; a second one is cancelled. */
    void set(Subscription received) {
        long first;
        boolean late;
        synchronized (this) {
            late = cancelled;
            first = owed;
            if (subscription == null) {
                subscription = received;
            } else {
                late = true;
            }
        }
        if (late) {
            received.cancel();
        } else if (first > 0) {
            received.request(first);
        }
    }

    @Override
    public void request(long more) {
        Subscription current;
        synchronized (this) {
            current = subscription;
            if (current == null) {
                owed = Operators.addCap(owed, more);
            }
        }
        if (current != null) {
            current.request(more);
        }
    }

    @Override
    public void cancel() {
        Subscription current;
        synchronized (this) {
            cancelled = true;
            current = subscription;
        }
        if (current != null) {
            current.cancel();
        }
    }
}
