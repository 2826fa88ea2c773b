package io.broccoli.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.window.Window;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class CutsTest {

    @Test
    void windowsOfCountAreFull() {
        assertThat(Cuts.cut(Window.tumbling(3), Flux.range(0, 7)).collectList().block())
                .isEqualTo(List.of(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6)));
    }

    @Test
    void windowsOfTimeCloseByTimeOrByCount() {
        StepVerifier.withVirtualTime(() -> Cuts.cut(
                        Window.tumbling(Duration.ofMinutes(1), 4),
                        Flux.interval(Duration.ofSeconds(25)).take(9)))
                .thenAwait(Duration.ofSeconds(85))
                .expectNext(List.of(0L, 1L, 2L))
                .thenAwait(Duration.ofMinutes(10))
                .expectNext(List.of(3L, 4L, 5L), List.of(6L, 7L, 8L))
                .verifyComplete();
        assertThat(Cuts.cut(Window.tumbling(Duration.ofDays(1), 4), Flux.range(0, 5))
                        .collectList()
                        .block())
                .isEqualTo(List.of(List.of(0, 1, 2, 3), List.of(4)));
    }

    @Test
    void aSilentSourceMakesNoWindows() {
        StepVerifier.withVirtualTime(() -> Cuts.cut(Window.tumbling(Duration.ofSeconds(1)), Flux.never()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMinutes(1))
                .thenCancel()
                .verify();
    }

    @Test
    void aWindowOfTimeAsksForFourTimesItsCountAndLosesNothing() {
        AtomicLong asked = new AtomicLong();
        TestPublisher<Long> source = TestPublisher.create();
        StepVerifier.withVirtualTime(
                        () -> Cuts.cut(
                                Window.tumbling(Duration.ofSeconds(1), 10),
                                source.flux().doOnRequest(asked::addAndGet)),
                        1)
                .then(() -> assertThat(asked).hasValue(40))
                .then(() -> LongStream.range(0, 25).forEach(source::next))
                .expectNext(LongStream.range(0, 10).boxed().toList())
                .expectNoEvent(Duration.ofSeconds(5))
                .thenRequest(2)
                .expectNext(
                        LongStream.range(10, 20).boxed().toList(),
                        LongStream.range(20, 25).boxed().toList())
                .then(source::complete)
                .verifyComplete();
    }

    @Test
    void sizesAreChecked() {
        assertThatThrownBy(() -> Window.tumbling(0)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> Window.tumbling(Window.LARGEST + 1)).hasMessageContaining("65536");
        assertThatThrownBy(() -> Window.tumbling(Duration.ZERO)).hasMessageContaining("positive");
    }
}
