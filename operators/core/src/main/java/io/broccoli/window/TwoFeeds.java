package io.broccoli.window;

import io.broccoli.feed.Sample;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * The samples of two feeds for one join. Each feed delivers on its own thread, without a queue between: so what it says of
 * a node comes behind the samples of that node. Nothing comes but what the nodes were asked for.
 */
final class TwoFeeds implements Subscription {

    private final EventSubscriber<Object, ?> to;
    private final Side a = new Side(true);
    private final Side b = new Side(false);
    private final AtomicInteger running = new AtomicInteger(2);

    private TwoFeeds(EventSubscriber<Object, ?> to) {
        this.to = to;
    }

    static void subscribe(Flux<? extends Sample<?>> a, Flux<? extends Sample<?>> b, EventSubscriber<Object, ?> to) {
        TwoFeeds feeds = new TwoFeeds(to);
        to.onSubscribe(feeds);
        a.subscribe(feeds.a);
        b.subscribe(feeds.b);
    }

    @Override
    public void request(long n) {
        // Each side asked for all from the beginning: its nodes are asked one by one.
    }

    @Override
    public void cancel() {
        a.cancel();
        b.cancel();
    }

    private final class Side extends BaseSubscriber<Sample<?>> {
        private final boolean isA;

        Side(boolean isA) {
            this.isA = isA;
        }

        @Override
        public Context currentContext() {
            return to.currentContext();
        }

        @Override
        protected void hookOnNext(Sample<?> sample) {
            to.onNext(new JoinMachine.Side(isA, sample));
        }

        @Override
        protected void hookOnError(Throwable thrown) {
            (isA ? b : a).cancel();
            to.onError(thrown);
        }

        @Override
        protected void hookOnComplete() {
            if (running.decrementAndGet() == 0) {
                to.onComplete();
            }
        }
    }
}
