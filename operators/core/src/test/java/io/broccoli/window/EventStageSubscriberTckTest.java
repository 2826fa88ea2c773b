package io.broccoli.window;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The rules of Reactive Streams, for what enters the operator. */
public class EventStageSubscriberTckTest extends SubscriberBlackboxVerification<Long> {

    public EventStageSubscriberTckTest() {
        super(new TestEnvironment(500, 100));
    }

    @Override
    public Subscriber<Long> createSubscriber() {
        AtomicReference<Subscriber<? super Long>> inner = new AtomicReference<>();
        Publisher<Long> source = inner::set; // what the operator subscribes to it is the one that is looked at
        Flux.from(source)
                .transform(EventTime.<Long>of(Instant::ofEpochMilli).windows(Window.ofEvents(Duration.ofMillis(1))))
                .subscribe(result -> {}, failed -> {});
        @SuppressWarnings("unchecked")
        Subscriber<Long> subscriber = (Subscriber<Long>) Objects.requireNonNull(inner.get());
        return subscriber;
    }

    @Override
    public Long createElement(int element) {
        return (long) element;
    }

    @Override
    public void triggerRequest(Subscriber<? super Long> subscriber) {
        // the operator asks by itself, as its own subscriber is unbounded
    }

    @Override
    public Publisher<Long> createHelperPublisher(long elements) {
        return Flux.range(0, (int) Math.min(elements, 1024)).map(Integer::longValue);
    }
}
