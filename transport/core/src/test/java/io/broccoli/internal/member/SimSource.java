package io.broccoli.internal.member;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** The elements 0, 1, 2 … of a stream, given when they are asked for, or one after another some time later. */
final class SimSource implements Publisher<Integer>, Subscription {

    private final SimStream stream;
    private final int count;
    private final long pause;
    private final boolean fails;
    private final Clockwork.Process process;
    private @Nullable Subscriber<? super Integer> subscriber;
    private long requested;
    private boolean under; // way, or planned
    private boolean over;
    int given;

    /** @param pause before each; 0: all that is asked for comes at once */
    SimSource(SimStream stream, int count, long pause, boolean fails, Clockwork.Process process) {
        this.stream = stream;
        this.count = count;
        this.pause = pause;
        this.fails = fails;
        this.process = process;
    }

    @Override
    public void subscribe(Subscriber<? super Integer> actual) {
        subscriber = actual;
        actual.onSubscribe(this);
        if (count == 0) {
            end();
        }
    }

    @Override
    public void request(long n) {
        requested += n;
        stream.asksFor(requested);
        if (pause > 0) {
            plan();
        } else if (!under) {
            under = true;
            while (given < requested && !over) {
                give();
            }
            under = false;
        }
    }

    private void plan() {
        if (!under && !over && given < requested) {
            under = true;
            process.after(pause, () -> {
                under = false;
                give();
                plan();
            });
        }
    }

    private void give() {
        Subscriber<? super Integer> to = subscriber;
        if (!over && to != null) {
            stream.gives(given);
            to.onNext(given++);
            if (given == count) {
                end();
            }
        }
    }

    private void end() {
        Subscriber<? super Integer> to = subscriber;
        if (!over && to != null) {
            over = true;
            if (fails) {
                to.onError(SimStream.SOURCE_FAILED);
            } else {
                to.onComplete();
            }
        }
    }

    @Override
    public void cancel() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
