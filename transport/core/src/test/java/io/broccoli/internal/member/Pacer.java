package io.broccoli.internal.member;

import io.broccoli.feed.Sample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** A subscriber of a feed that takes samples when it is told to. */
final class Pacer<T> extends BaseSubscriber<Sample<T>> {

    final List<Sample<T>> samples = new ArrayList<>();

    @Nullable Throwable error;

    Pacer(Flux<Sample<T>> feed) {
        feed.subscribe(this);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        // Takes nothing by itself.
    }

    @Override
    protected void hookOnNext(Sample<T> sample) {
        samples.add(sample);
    }

    @Override
    protected void hookOnError(Throwable failed) {
        error = failed;
    }

    long delivered() {
        return samples.size();
    }

    long missed() {
        return samples.stream().mapToLong(Sample::missed).sum();
    }
}
