package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;

/** Signals that come when they should not, or too late. */
class StreamSignalsTest {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int WINDOW = 4;

    private final List<Object> heard = new ArrayList<>();
    private final List<Object> discarded = new ArrayList<>();
    private final List<Subscriber<? super Integer>> inner = new ArrayList<>();

    private Flux<TaskOutcome<Integer>> ofASourceThatDoesAsItLikes(Cluster client) {
        Publisher<Integer> source = subscriber -> {
            inner.add(subscriber);
            subscriber.onSubscribe(Operators.emptySubscription());
        };
        return client.dispatch(source, Calls.doubling(), DispatchOptions.DEFAULTS.withWindow(WINDOW))
                .doOnDiscard(Integer.class, discarded::add);
    }

    @Test
    void aRequestOfNothingIsAnErrorThoughNothingIsUnderWay() throws Exception {
        try (World world = new World()) {
            world.node("a");
            world.client(1)
                    .dispatch(Flux.just(7).concatWith(Flux.never()), Calls.doubling(), DispatchOptions.DEFAULTS)
                    .subscribe(new CoreSubscriber<>() {
                        private Subscription subscription = Operators.emptySubscription();

                        @Override
                        public void onSubscribe(Subscription given) {
                            subscription = given;
                            given.request(1);
                        }

                        @Override
                        public void onNext(TaskOutcome<Integer> outcome) {
                            heard.add("next");
                            subscription.request(0);
                        }

                        @Override
                        public void onError(Throwable failed) {
                            heard.add(String.valueOf(failed.getMessage()));
                        }

                        @Override
                        public void onComplete() {
                            heard.add("complete");
                        }
                    });
            world.advance(SOON);
            assertThat(heard).containsExactly("next", "Spec. Rule 3.9: a request is above 0, not 0");
        }
    }

    @Test
    void whatTheSourceGivesAfterTheSubscriberLeftIsDiscarded() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Disposable subscription =
                    ofASourceThatDoesAsItLikes(world.client(1)).subscribe();
            world.advance(SOON);
            subscription.dispose();
            world.advance(SOON);
            for (int i = 0; i < 3 * WINDOW; i++) {
                inner.get(0).onNext(i);
                world.advance(SOON);
            }
            assertThat(discarded).hasSize(3 * WINDOW);
        }
    }

    @Test
    void whatTheSourceGivesUnaskedEndsTheStreamAndIsDiscarded() throws Exception {
        Hooks.onNextDropped(discarded::add);
        try (World world = new World()) {
            world.node("a");
            Member client = (Member) world.client(1);
            ofASourceThatDoesAsItLikes(client).subscribe(heard::add, failed -> heard.add(failed.getMessage()));
            world.advance(SOON);
            client.loop()
                    .execute(
                            () -> { // nobody looks at what comes meanwhile
                                for (int i = 0; i < 10 * WINDOW; i++) {
                                    inner.get(0).onNext(i);
                                }
                            });
            world.advance(SOON);
            assertThat(heard).containsExactly("The source gave more than it was asked for");
            assertThat(discarded).hasSize(10 * WINDOW);
        } finally {
            Hooks.resetOnNextDropped();
        }
    }
}
