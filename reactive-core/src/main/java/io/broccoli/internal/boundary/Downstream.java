package io.broccoli.internal.boundary;

import io.broccoli.task.FailureKind;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.context.Context;

/**
 * A user's subscriber, with all operators before it. What they throw through a call of ours is given back: such a subscriber
 * cannot go on. To be called by one thread at a time, with nothing half done.
 *
 * @param <T> what it takes
 */
public final class Downstream<T> {

    private static final Logger LOG = Loggers.getLogger(Downstream.class);

    private final CoreSubscriber<? super T> actual;
    private final Guard guard;
    private final Context context;

    public Downstream(CoreSubscriber<? super T> actual, Guard guard) {
        this.actual = actual;
        this.guard = guard;
        this.context = context(actual);
    }

    private static Context context(CoreSubscriber<?> actual) {
        try {
            return actual.currentContext();
        } catch (Throwable thrown) {
            LOG.warn("A subscriber has no context: its currentContext threw {}", Thrown.described(thrown));
            return Context.empty();
        }
    }

    /** For Reactor's scan. */
    public CoreSubscriber<? super T> actual() {
        return actual;
    }

    public Context context() {
        return context;
    }

    /** @return what it threw; null if it returned */
    public @Nullable Throwable onSubscribe(Subscription subscription) {
        try {
            actual.onSubscribe(subscription);
            return null;
        } catch (Throwable thrown) {
            guard.note(thrown);
            return thrown;
        }
    }

    /** @return what it threw; null if it returned */
    public @Nullable Throwable onNext(T value) {
        try {
            actual.onNext(value);
            return null;
        } catch (Throwable thrown) {
            guard.note(thrown);
            return thrown;
        }
    }

    public void onError(Throwable error) {
        try {
            actual.onError(error);
        } catch (Throwable thrown) {
            dropped("onError", thrown);
        }
    }

    public void onComplete() {
        try {
            actual.onComplete();
        } catch (Throwable thrown) {
            dropped("onComplete", thrown); // no signal may follow the end
        }
    }

    /**
     * Ends an answer that is nothing but its end, as of a {@code Mono<Void>}. Where an operator throws, those behind it did not hear
     * of the end: then it is an error.
     */
    public void answered() {
        try {
            actual.onComplete();
        } catch (Throwable thrown) {
            guard.note(thrown);
            onError(thrown);
        }
    }

    /** Gives a value that will not be emitted to the discard hook of the subscriber. */
    public void discard(@Nullable Object value) {
        try {
            Operators.onDiscard(value, context);
        } catch (Throwable thrown) {
            dropped("a discard hook", thrown);
        }
    }

    /** An element came after the end. */
    public <E> void dropNext(E element) {
        try {
            Operators.onNextDropped(element, context);
        } catch (Throwable thrown) {
            dropped("a hook for dropped elements", thrown);
        }
    }

    /** An error came after the end. */
    public void dropError(Throwable error) {
        try {
            Operators.onErrorDropped(error, context);
        } catch (Throwable thrown) {
            dropped("a hook for dropped errors", thrown);
        }
    }

    /** Nobody is left to be told. */
    private void dropped(String where, Throwable thrown) {
        String message =
                guard.failed(FailureKind.TASK_FAILED, where, actual, thrown).message();
        LOG.warn("A subscriber threw at its end: {}", message);
    }
}
