package io.broccoli.hostile;

import java.util.List;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Publishers that break rules, and else give some values. What an {@link Act} says of when decides.
 *
 * @param values what they give, as far as they come
 * @param whenAsked runs once, as they are asked for the first time
 */
record RudePublishers(Act act, List<?> values, Runnable whenAsked) {

    /** Given by those that give more than they should. */
    static final int SURPLUS = 99_999;

    private static final int FLOOD = 2_000;

    /** How many come before something happens in the middle. */
    static final int BEFORE_THE_MIDDLE = 2;

    Mono<Object> mono() {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> subscriber) {
                RudePublishers.this.subscribe(subscriber);
            }
        };
    }

    Publisher<Object> flux() {
        return this::subscribe;
    }

    /** As a source of a stage, with no operator of Reactor's in between. */
    Flux<Object> stream() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> subscriber) {
                RudePublishers.this.subscribe(subscriber);
            }
        };
    }

    private void subscribe(Subscriber<? super Object> subscriber) {
        if (act.cell().when() == When.BEFORE) {
            if (act.odd()) {
                subscriber.onSubscribe(new Asked(subscriber)); // and then, all the same
            }
            act.raise();
        }
        boolean absent = act.cell().when() == When.NEVER && act.cell().what() == What.NOTHING && act.odd();
        if (!absent) {
            subscriber.onSubscribe(new Asked(subscriber));
        }
    }

    private final class Asked implements Subscription {
        private final Subscriber<? super Object> subscriber;
        private long asked;
        private int given;
        private boolean over;

        Asked(Subscriber<? super Object> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long more) {
            boolean first = asked == 0;
            asked = asked + more < 0 ? Long.MAX_VALUE : asked + more;
            if (first) {
                whenAsked.run();
            }
            if (over) {
                return;
            }
            switch (act.cell().when()) {
                case BEFORE, NEVER -> {}
                case INSIDE -> inside();
                case AFTER -> {
                    if (give(values.size())) {
                        over = true;
                        act.later(0, this::after);
                    }
                }
                case LATE -> {
                    if (give(Math.min(BEFORE_THE_MIDDLE, values.size() - 1))) {
                        over = true;
                        act.whenTooLate(this::late);
                    }
                }
            }
        }

        /** Whether all of them were given. */
        private boolean give(int count) {
            while (given < count && given < asked) {
                subscriber.onNext(values.get(given++));
            }
            return given >= count;
        }

        private void inside() {
            if (!give(Math.min(BEFORE_THE_MIDDLE, values.size() - 1))) {
                return;
            }
            over = true;
            if (act.cell().what() == What.NOTHING) {
                if (values.size() > 1) {
                    tooMany();
                } else {
                    nothing();
                }
            } else if (act.odd()) {
                act.raise();
            } else {
                act.later(1, () -> subscriber.onError(act.thrown()));
            }
        }

        private void tooMany() {
            for (int i = 0; i < FLOOD; i++) {
                subscriber.onNext(SURPLUS);
            }
        }

        @SuppressWarnings({"NullAway", "DataFlowIssue"}) // that is what is wrong with it
        private void nothing() {
            subscriber.onNext(null);
        }

        private void after() {
            subscriber.onComplete();
            subscriber.onNext(SURPLUS);
            if (act.cell().what() != What.NOTHING) {
                subscriber.onError(act.thrown());
            }
            subscriber.onComplete();
            subscriber.onSubscribe(Operators.emptySubscription());
        }

        private void late() {
            if (act.cell().what() == What.NOTHING) {
                subscriber.onNext(SURPLUS);
                subscriber.onComplete();
            } else {
                subscriber.onError(act.thrown());
            }
        }

        @Override
        public void cancel() {
            boolean rude = act.cell().when() == When.NEVER || act.cell().when() == When.LATE;
            if (rude && act.cell().what() != What.NOTHING && act.odd()) {
                act.raise();
            }
            over |= !rude;
        }
    }
}
