package io.broccoli.window;

import java.time.Duration;
import java.time.Instant;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The rules of Reactive Streams, for what leaves the operator. */
public class EventStagePublisherTckTest extends PublisherVerification<Object> {

    public EventStagePublisherTckTest() {
        super(new TestEnvironment(500, 100));
    }

    private static Flux<Object> windows(Flux<Long> source) {
        return source.transform(
                        EventTime.<Long>of(Instant::ofEpochMilli).windows(Window.ofEvents(Duration.ofMillis(1))))
                .cast(Object.class);
    }

    @Override
    public Publisher<Object> createPublisher(long elements) {
        return windows(Flux.range(0, (int) elements).map(Integer::longValue));
    }

    @Override
    public Publisher<Object> createFailedPublisher() {
        return windows(Flux.error(new IllegalStateException("as the test wants it")));
    }

    @Override
    public long maxElementsFromPublisher() {
        return Integer.MAX_VALUE;
    }
}
