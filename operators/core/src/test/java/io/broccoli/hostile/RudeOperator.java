package io.broccoli.hostile;

import io.broccoli.task.TaskOutcome;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** A user's operator behind a stage, without what Reactor's own ones do for who misbehaves. */
final class RudeOperator extends Flux<TaskOutcome<?>> {

    private final Act act;
    private final Flux<TaskOutcome<?>> source;

    RudeOperator(Act act, Flux<TaskOutcome<?>> source) {
        this.act = act;
        this.source = source;
    }

    @Override
    public void subscribe(CoreSubscriber<? super TaskOutcome<?>> subscriber) {
        source.subscribe(new Observer(subscriber));
    }

    private final class Observer implements CoreSubscriber<TaskOutcome<?>> {
        private final CoreSubscriber<? super TaskOutcome<?>> subscriber;
        private boolean over;

        Observer(CoreSubscriber<? super TaskOutcome<?>> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (act.cell().when() == When.BEFORE) {
                act.raise();
            }
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long more) {
                    if (act.cell().when() != When.NEVER) {
                        subscription.request(more);
                    }
                }

                @Override
                public void cancel() {
                    subscription.cancel();
                    afterwards(subscription);
                }
            });
            if (act.cell().when() == When.LATE) {
                act.whenTooLate(() -> afterwards(subscription));
            }
        }

        /** Rude where all is over; where it is not, that is another matter. */
        private void afterwards(Subscription subscription) {
            if (act.cell().when() == When.LATE && (over || act.cell().form() == Form.FEED)) {
                subscription.cancel();
                subscription.request(1);
                subscription.request(-1);
                subscription.cancel();
            }
        }

        @Override
        public void onNext(TaskOutcome<?> outcome) {
            if (act.cell().when() == When.INSIDE && act.meets(outcome)) {
                act.raise();
            }
            subscriber.onNext(outcome);
        }

        @Override
        public void onError(Throwable failed) {
            over = true;
            subscriber.onError(failed);
        }

        @Override
        public void onComplete() {
            over = true;
            subscriber.onComplete();
            if (act.cell().when() == When.AFTER) {
                act.raise();
            }
        }
    }
}
