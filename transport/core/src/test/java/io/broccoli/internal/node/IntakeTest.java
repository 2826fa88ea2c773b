package io.broccoli.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** What a node takes of a publisher, before its executor looks: bounded, and counted to the sample; publishers may misbehave. */
class IntakeTest {

    private static final int MEGABYTE = 1 << 20;

    private int noted;

    private Intake intake(boolean counts, Publisher<?> publisher) {
        Intake intake = TestIntake.of(counts, () -> noted++);
        intake.subscribeTo(publisher);
        return intake;
    }

    private static Throwable thrown(Intake intake) {
        return Objects.requireNonNull(intake.take().error()).thrown();
    }

    private static Flux<byte[]> large(int count) {
        return Flux.range(0, count).map(i -> new byte[MEGABYTE]);
    }

    @Test
    void ofWhatNobodyAskedForTheNewestWaitAndTheRestIsCounted() {
        Intake.Arrivals few = intake(false, Flux.range(0, 5_000)).take();
        assertThat(few.samples()).hasSize(Intake.MAX_WAITING);
        assertThat(few.lost()).isEqualTo(5_000 - Intake.MAX_WAITING);
        assertThat(noted).as("one look is enough").isEqualTo(1);
    }

    @Test
    void itsBytesAreBoundedToo() {
        Intake.Arrivals some = intake(false, large(50)).take();
        assertThat(some.samples()).hasSize(3);
        assertThat(some.lost()).isEqualTo(47);
        Intake.Arrivals one =
                intake(false, Flux.just(1, new byte[5 * MEGABYTE])).take();
        assertThat(one.samples()).as("one may always wait").hasSize(1);
        assertThat(one.lost()).isEqualTo(1);
    }

    @Test
    void whatWasAskedForIsNotDropped() {
        Intake intake = intake(true, large(50));
        intake.request(8);
        Intake.Arrivals arrivals = intake.take();
        assertThat(arrivals.samples()).hasSize(8);
        assertThat(arrivals.lost()).isZero();
    }

    @Test
    void whatNobodyTookIsCountedWhenNobodyListensAnyMore() {
        assertThat(intake(false, Flux.range(0, 5).concatWith(Flux.never())).cancel())
                .isEqualTo(5);
        assertThat(intake(false, Flux.range(0, 5_000).concatWith(Flux.never())).cancel())
                .isEqualTo(5_000);
        Intake taken = intake(false, Flux.range(0, 5).concatWith(Flux.never()));
        taken.take();
        assertThat(taken.cancel()).isZero();
    }

    @Test
    void whatAPublisherGivesBeforeItHearsThatItIsCancelledIsCounted() {
        List<Subscriber<? super Integer>> subscribers = new ArrayList<>();
        Intake intake = intake(false, subscriber -> {
            subscribers.add(subscriber);
            subscriber.onSubscribe(Operators.emptySubscription());
        });
        subscribers.get(0).onNext(1);
        assertThat(intake.cancel()).isEqualTo(1);
        intake.take();
        noted = 0;
        subscribers.get(0).onNext(2);
        assertThat(intake.take().lost()).isEqualTo(1);
        assertThat(noted).isEqualTo(1);
    }

    @Test
    void aSampleThatCannotBeWrittenIsToldOnceWithWhatCameBeforeIt() {
        Intake intake = intake(false, Flux.just(1, new Object(), 3).hide());
        Intake.Arrivals arrivals = intake.take();
        assertThat(arrivals.samples()).hasSize(1);
        assertThat(arrivals.unwritten()).isTrue();
        assertThat(arrivals.lost()).as("its place is behind them").isZero();
        assertThat(arrivals.ended()).isTrue();
        assertThat(arrivals.error()).isNotNull();
        assertThat(intake.take().unwritten()).isFalse();
    }

    @Test
    void aSampleThatCannotBeWrittenIsMissedWhereNobodyListensAnyMore() {
        List<Subscriber<? super Object>> subscribers = new ArrayList<>();
        Intake intake = intake(false, subscriber -> {
            subscribers.add(subscriber);
            subscriber.onSubscribe(Operators.emptySubscription());
        });
        intake.cancel();
        subscribers.get(0).onNext(new Object());
        Intake.Arrivals arrivals = intake.take();
        assertThat(arrivals.lost()).isEqualTo(1);
        assertThat(arrivals.unwritten()).isFalse();
    }

    @Test
    void aPublisherMayHandOverItsSubscriptionLater() {
        List<Subscriber<? super Integer>> waiting = new ArrayList<>();
        List<Object> seen = new ArrayList<>();
        Intake intake = intake(true, waiting::add);
        intake.request(3);
        intake.request(2);
        Flux.range(0, 100).doOnRequest(seen::add).subscribe(waiting.get(0));
        assertThat(seen).containsExactly(5L);
        assertThat(intake.take().samples()).hasSize(5);

        Intake cancelled = intake(false, waiting::add);
        cancelled.cancel();
        Flux.range(0, 100)
                .doOnRequest(seen::add)
                .doOnCancel(() -> seen.add("cancelled"))
                .subscribe(waiting.get(1));
        assertThat(seen).containsExactly(5L, "cancelled");
    }

    @Test
    void aSecondSubscriptionIsCancelled() {
        List<Object> seen = new ArrayList<>();
        Publisher<Integer> twice = subscriber -> {
            Flux.<Integer>never().subscribe(subscriber);
            Flux.<Integer>never().doOnCancel(() -> seen.add("cancelled")).subscribe(subscriber);
        };
        intake(true, twice);
        assertThat(seen).containsExactly("cancelled");
    }

    @Test
    void whateverAPublisherThrowsEndsItsFeed() {
        Publisher<Integer> atOnce = subscriber -> {
            throw new NoClassDefFoundError("Sensor");
        };
        assertThat(thrown(intake(true, atOnce))).isInstanceOf(NoClassDefFoundError.class);
        Publisher<Integer> whenAsked = subscriber -> subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long more) {
                throw new StackOverflowError();
            }

            @Override
            public void cancel() {
                noted += 100;
            }
        });
        Intake intake = intake(true, whenAsked);
        noted = 0;
        intake.request(1);
        assertThat(thrown(intake)).isInstanceOf(StackOverflowError.class);
        assertThat(noted).as("cancelled, and told").isEqualTo(101);
    }
}
