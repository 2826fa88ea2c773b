package io.broccoli.internal.boundary;

import io.broccoli.task.FailureKind;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * A user's publisher, as the one subscriber of it has it: subscribed, asked and cancelled here. Whatever it throws meanwhile is
 * given back. The subscription may come after it was asked or cancelled: a publisher may hand it over on another thread. Unlike
 * Reactor's, it can be cancelled while its first request is under way, for some publishers give without end inside of that.
 */
public final class Upstream {

    private final String what;
    private final Guard guard;

    // Guarded by this; the publisher is never called with the lock.
    private @Nullable Subscription subscription;
    private long owed; // requests that came before it
    private boolean cancelled;

    /** @param what it is, for messages: "the source" */
    public Upstream(String what, Guard guard) {
        this.what = what;
        this.guard = guard;
    }

    /** What gives a value later, as a publisher; null if it is none. */
    public static @Nullable Publisher<?> publisher(@Nullable Object value) {
        if (value instanceof Publisher<?> publisher) {
            return publisher;
        }
        return value instanceof CompletionStage<?> stage ? Mono.fromCompletionStage(() -> stage) : null;
    }

    /** @return what it threw; null if it returned */
    public @Nullable ForeignFailure subscribe(Publisher<?> publisher, CoreSubscriber<Object> subscriber) {
        try {
            publisher.subscribe(subscriber);
            return null;
        } catch (Throwable thrown) {
            return guard.failed(FailureKind.TASK_FAILED, what, publisher, thrown);
        }
    }

    /**
     * The rules forbid null as a subscription, an item or an error.
     *
     * @param end ends what is fed by this
     * @throws NullPointerException for who gave it, as the rules ask
     */
    public <T> T required(@Nullable T given, String name, Consumer<ForeignFailure> end) {
        if (given != null) {
            return given;
        }
        NullPointerException broken = new NullPointerException(what + " gave null as its " + name);
        cancel();
        end.accept(guard.failed(FailureKind.TASK_FAILED, String.valueOf(broken.getMessage()), broken));
        throw broken;
    }

    /** The subscription came; a second one is cancelled. */
    public @Nullable ForeignFailure set(Subscription received) {
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
            return cancel(received);
        }
        return first > 0 ? request(received, first) : null;
    }

    /** Asks for more, as soon as there is a subscription. */
    public @Nullable ForeignFailure request(long more) {
        Subscription current;
        synchronized (this) {
            current = subscription;
            if (current == null) {
                owed = Operators.addCap(owed, more);
            }
        }
        return current == null ? null : request(current, more);
    }

    /** Wants nothing more, as soon as there is a subscription. */
    public @Nullable ForeignFailure cancel() {
        Subscription current;
        synchronized (this) {
            cancelled = true;
            current = subscription;
        }
        return current == null ? null : cancel(current);
    }

    private @Nullable ForeignFailure request(Subscription to, long more) {
        try {
            to.request(more);
            return null;
        } catch (Throwable thrown) {
            return guard.failed(FailureKind.TASK_FAILED, what, to, thrown);
        }
    }

    private @Nullable ForeignFailure cancel(Subscription to) {
        try {
            to.cancel();
            return null;
        } catch (Throwable thrown) {
            return guard.failed(FailureKind.TASK_FAILED, what, to, thrown);
        }
    }
}
