package io.broccoli.hostile;

import io.broccoli.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** A subscriber with manners, which notes what it is told. */
final class Watcher implements CoreSubscriber<TaskOutcome<?>> {

    private final boolean piecemeal;
    private final List<TaskOutcome<?>> outcomes = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private @Nullable Subscription subscription;
    private @Nullable Throwable error;
    private @Nullable Throwable thrown; // by the subscription itself
    private boolean completed;
    private boolean left;

    /** @param piecemeal whether it asks for one at a time */
    Watcher(boolean piecemeal) {
        this.piecemeal = piecemeal;
    }

    void subscribeTo(Flux<TaskOutcome<?>> outcomesToCome) {
        try {
            outcomesToCome.subscribe(this);
        } catch (Throwable failed) {
            thrown = failed;
        }
    }

    void leave() {
        if (!isOver()) {
            left = true;
            try {
                if (subscription != null) {
                    subscription.cancel();
                }
            } catch (Throwable failed) {
                thrown = failed;
            }
        }
    }

    boolean isOver() {
        return completed || error != null || left || thrown != null;
    }

    boolean isCompleted() {
        return completed;
    }

    boolean hasLeft() {
        return left;
    }

    List<TaskOutcome<?>> outcomes() {
        return outcomes;
    }

    @Nullable Throwable error() {
        return error;
    }

    @Nullable Throwable thrown() {
        return thrown;
    }

    /** Rules of Reactive Streams that the stream broke. */
    List<String> broken() {
        return broken;
    }

    // ---- signals

    @Override
    public void onSubscribe(Subscription received) {
        if (subscription != null) {
            broken.add("onSubscribe twice");
        }
        subscription = received;
        received.request(piecemeal ? 1 : Long.MAX_VALUE);
    }

    @Override
    public void onNext(TaskOutcome<?> outcome) {
        if (completed || error != null) {
            broken.add("onNext behind the end");
        }
        outcomes.add(outcome);
        if (piecemeal && subscription != null) {
            subscription.request(1);
        }
    }

    @Override
    public void onError(Throwable failed) {
        if (completed || error != null) {
            broken.add("onError behind the end");
        }
        error = failed;
    }

    @Override
    public void onComplete() {
        if (completed || error != null) {
            broken.add("onComplete behind the end");
        }
        completed = true;
    }
}
